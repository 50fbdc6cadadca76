import type { SavedFilter } from '../../shared/images.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';

/** The filters that a person keeps by name. */
export class SavedFilters {
  list: readonly SavedFilter[] = $state.raw([]);
  readonly #api: Api;
  readonly #notices: Notices;

  constructor(api: Api, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  async load(): Promise<void> {
    try {
      this.list = (await read(this.#api.filters.$get())).filters;
    } catch (error) {
      this.#notices.report(error, 'Reading the saved filters');
    }
  }

  /** Keeps a filter, in the place of one with the same name. @throws FoveaError `invalid`, for the form to show. */
  async save(name: string, query: Record<string, string>): Promise<void> {
    this.list = (await read(this.#api.filters.$post({ json: { name, query } }))).filters;
  }

  async delete(filterId: number): Promise<void> {
    try {
      const param = { filterId: String(filterId) };
      this.list = (await read(this.#api.filters[':filterId'].$delete({ param }))).filters;
    } catch (error) {
      this.#notices.report(error, 'Deleting the filter');
    }
  }
}
