import type { ClassRow } from '../../shared/labels.ts';
import { read, type Api } from '../api.ts';
import { indexClasses } from './indexClasses.ts';
import type { Notices } from '../errors/notices.svelte.ts';

/** What a person can change about a class. */
export interface ClassChange {
  readonly name?: string;
  readonly color?: string;
  readonly key?: string | null;
  readonly description?: string;
  readonly isArchived?: boolean;
}

/** What becomes of the labels of a class that is deleted; null where it carries none. */
export type LabelsFate =
  { readonly labels: 'clear' } | { readonly labels: 'move'; readonly intoClassId: number };

/** The classes of the open library, in their order. */
export class Classes {
  rows: readonly ClassRow[] = $state.raw([]);
  /** Those that can be given: archived classes keep their labels but are offered no more. */
  readonly offered = $derived(this.rows.filter((row) => !row.isArchived));
  readonly archived = $derived(this.rows.filter((row) => row.isArchived));
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
  async create(name: string, change: ClassChange = {}): Promise<ClassRow> {
    const row = await read(this.#api.classes.$post({ json: { ...change, name } }));
    await this.load();
    return row;
  }

  /** @throws FoveaError `conflict` or `invalid`, for the form to show. */
  async change(classId: number, change: ClassChange): Promise<void> {
    const param = { classId: String(classId) };
    await read(this.#api.classes[':classId'].$patch({ param, json: change }));
    await this.load();
  }

  /** Deletes a class; one undo brings it back with its labels. @throws FoveaError, for the form to show. */
  async remove(classId: number, fate: LabelsFate | null): Promise<void> {
    const param = { classId: String(classId) };
    const json = fate === null ? {} : { fate };
    await read(this.#api.classes[':classId'].delete.$post({ param, json }));
    await this.load();
  }

  /** Puts a class before another, or last with null; shown at once. */
  async move(classId: number, beforeId: number | null): Promise<void> {
    if (classId === beforeId) return;
    const others = this.offered.filter((row) => row.classId !== classId);
    const moved = this.find(classId);
    if (moved === null) return;
    const place = others.findIndex((row) => row.classId === beforeId);
    const order = place < 0 ? [...others, moved] : others.toSpliced(place, 0, moved);
    this.rows = [...order, ...this.archived];
    try {
      const json = { classIds: order.map((row) => row.classId) };
      this.rows = (await read(this.#api.classes.order.$post({ json }))).classes;
    } catch (error) {
      this.#notices.report(error, 'Ordering the classes');
      await this.load();
    }
  }
}
