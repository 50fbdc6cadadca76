import type { ModelSummary } from '../../shared/training.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';

/** The trained models of the open library, newest first. */
export class Models {
  list: readonly ModelSummary[] = $state.raw([]);
  readonly #api: Api;
  readonly #notices: Notices;

  constructor(api: Api, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  get newest(): ModelSummary | null {
    return this.list[0] ?? null;
  }

  async load(): Promise<void> {
    try {
      this.list = (await read(this.#api.models.$get())).models;
    } catch (error) {
      this.#notices.report(error, 'Reading the models');
    }
  }
}
