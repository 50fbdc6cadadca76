import { SvelteMap } from 'svelte/reactivity';
import type { ImageRow } from '../../shared/images.ts';

/** Rows asked for in one call. */
export const PAGE_SIZE = 200;
/** Rows kept; beyond it those far from the window go. */
const KEEP_AT_MOST = 6000;

export type LoadRows = (imageIds: readonly number[], signal: AbortSignal) => Promise<readonly ImageRow[]>;

/**
 * Rows of the images near the window, by id. Pages of the view are loaded when wanted and their calls aborted
 * when the window has moved on.
 */
export class RowCache {
  readonly #rows = new SvelteMap<number, ImageRow>();
  readonly #loads = new Map<number, AbortController>();
  readonly #load: LoadRows;
  readonly #onFailure: (error: unknown) => void;
  #ids: Uint32Array = new Uint32Array(0);
  #wanted: readonly number[] = [];
  #fresh = new Set<number>();

  constructor(load: LoadRows, onFailure: (error: unknown) => void) {
    this.#load = load;
    this.#onFailure = onFailure;
  }

  row(imageId: number): ImageRow | undefined {
    return this.#rows.get(imageId);
  }

  /**
   * Takes the ids of a new view; known rows stay and show at once while they are read anew.
   * @param begin rows of its beginning that came with the ids
   */
  setView(ids: Uint32Array, begin: readonly ImageRow[] = []): void {
    this.#ids = ids;
    this.refresh();
    for (const row of begin) this.#rows.set(row.imageId, row);
    for (let page = 0; (page + 1) * PAGE_SIZE <= begin.length; page += 1) this.#fresh.add(page);
  }

  /** Wants the rows of the view's places `first` up to but not including `last`. */
  want(first: number, last: number): void {
    const firstPage = Math.floor(first / PAGE_SIZE);
    const pageCount = Math.max(0, Math.ceil(Math.min(last, this.#ids.length) / PAGE_SIZE) - firstPage);
    this.#wanted = Array.from({ length: pageCount }, (_, index) => firstPage + index);
    for (const [page, load] of this.#loads) {
      if (this.#wanted.includes(page)) continue;
      load.abort();
      this.#loads.delete(page);
    }
    for (const page of this.#wanted) if (!this.#fresh.has(page)) void this.#loadPage(page);
  }

  /** Reads the wanted pages again, showing the old rows until the new ones are here. */
  refresh(): void {
    for (const load of this.#loads.values()) load.abort();
    this.#loads.clear();
    this.#fresh = new Set();
    for (const page of this.#wanted) void this.#loadPage(page);
  }

  /** Changes known rows at once, before the core has confirmed. */
  patch(images: { has(imageId: number): boolean }, change: (row: ImageRow) => ImageRow): void {
    for (const [imageId, row] of this.#rows) if (images.has(imageId)) this.#rows.set(imageId, change(row));
  }

  clear(): void {
    this.setView(new Uint32Array(0));
    this.#rows.clear();
  }

  async #loadPage(page: number): Promise<void> {
    if (this.#loads.has(page)) return;
    const slice = this.#ids.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
    if (slice.length === 0) return;
    const load = new AbortController();
    this.#loads.set(page, load);
    try {
      const rows = await this.#load([...slice], load.signal);
      if (load.signal.aborted) return;
      this.#fresh.add(page);
      for (const row of rows) this.#rows.set(row.imageId, row);
      this.#forgetFar();
    } catch (error) {
      if (!load.signal.aborted) this.#onFailure(error);
    } finally {
      if (this.#loads.get(page) === load) this.#loads.delete(page);
    }
  }

  #forgetFar(): void {
    if (this.#rows.size <= KEEP_AT_MOST) return;
    const near = new Set(
      this.#wanted.flatMap((page) => [...this.#ids.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE)]),
    );
    for (const imageId of [...this.#rows.keys()]) if (!near.has(imageId)) this.#rows.delete(imageId);
    this.#fresh = new Set([...this.#fresh].filter((page) => this.#wanted.includes(page)));
  }
}
