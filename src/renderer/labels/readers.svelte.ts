import type { ReaderRow } from '../../shared/labels.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';

/** Who labels in the open library, and who else could. */
export class Readers {
  rows: readonly ReaderRow[] = $state.raw([]);
  readonly present = $derived(this.rows.find(({ isPresent }) => isPresent) ?? null);
  readonly #api: Api;
  readonly #notices: Notices;

  constructor(api: Api, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  find(readerId: number | null): ReaderRow | null {
    return this.rows.find((row) => row.readerId === readerId) ?? null;
  }

  async load(): Promise<void> {
    try {
      this.rows = (await read(this.#api.readers.$get())).readers;
    } catch (error) {
      this.#notices.report(error, 'Reading who labels');
    }
  }

  /** From now on labels are this reader's. @throws FoveaError `invalid` for a wrong password, for the form to show. */
  async become(readerId: number, password?: string): Promise<void> {
    const json = { readerId, ...(password === undefined ? {} : { password }) };
    this.rows = (await read(this.#api.readers.present.$put({ json }))).readers;
  }

  /** @throws FoveaError `conflict` or `invalid`, for the form to show. */
  async create(name: string, color: string | null): Promise<number> {
    const json = { name, ...(color === null ? {} : { color }) };
    const { readerId, readers } = await read(this.#api.readers.$post({ json }));
    this.rows = readers;
    return readerId;
  }

  /** @throws FoveaError `conflict` or `invalid`, for the form to show. */
  async change(readerId: number, change: { readonly name: string; readonly color: string }): Promise<void> {
    const param = { readerId: String(readerId) };
    this.rows = (await read(this.#api.readers[':readerId'].$patch({ param, json: change }))).readers;
  }

  /** Sets, changes or (with null) takes away a password. @throws FoveaError `invalid` when `present` is not it. */
  async changePassword(readerId: number, present: string | null, next: string | null): Promise<void> {
    const param = { readerId: String(readerId) };
    const json = { next, ...(present === null ? {} : { present }) };
    this.rows = (await read(this.#api.readers[':readerId'].password.$put({ param, json }))).readers;
  }
}
