import type { ClassRow } from '../../shared/labels.ts';
import { read, type Api } from '../api.ts';
import { indexClasses } from './indexClasses.ts';
import type { Notices } from '../errors/notices.svelte.ts';

/** The classes of the open library, in their order. */
export class Classes {
  rows: readonly ClassRow[] = $state.raw([]);
  /** Those that can be given: archived classes keep their labels but are offered no more. */
  readonly offered = $derived(this.rows.filter((row) => !row.isArchived));
  readonly #byId = $derived(indexClasses(this.rows));
  readonly #api: Api;
  readonly #notices: Notices;

  constructor(api: Api, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  find(classId: number | null): ClassRow | null {
    return classId === null ? null : (this.#byId.get(classId) ?? null);
  }

  async load(): Promise<void> {
    try {
      this.rows = (await read(this.#api.classes.$get())).classes;
    } catch (error) {
      this.#notices.report(error, 'Reading the classes');
    }
  }

  /** @throws FoveaError `conflict` or `invalid`, for the form to show. */
  async create(name: string): Promise<ClassRow> {
    const row = await read(this.#api.classes.$post({ json: { name } }));
    await this.load();
    return row;
  }

  /** @throws FoveaError `conflict` or `invalid`, for the form to show. */
  async change(
    classId: number,
    change: { readonly name?: string; readonly color?: string; readonly key?: string | null },
  ): Promise<void> {
    const param = { classId: String(classId) };
    await read(this.#api.classes[':classId'].$patch({ param, json: change }));
    await this.load();
  }
}
