import { read, readBytes, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';
import { latest } from '../state/latest.ts';
import type { Address } from '../state/address.svelte.ts';
import { changeQuery, dependsOnLabels, queryOf, readFilter, readSort, type FilterKey } from './filter.ts';
import { RowCache } from './rowCache.ts';
import { Selection } from './selection.svelte.ts';

const TILE_STORED_AS = 'fovea.tile';
export const TILE_RANGE = { low: 72, high: 320, usual: 136 } as const;

/** The images of the present filter in their order, what is known of them, and what is selected. */
export class Gallery {
  ids: Uint32Array = $state.raw(new Uint32Array(0));
  /** False until the first ids are here. */
  isLoaded: boolean = $state(false);
  isLoading: boolean = $state(false);
  /** Rises with each view that another filter or order gives, not when the same one is read again. */
  viewVersion: number = $state(0);
  /** Wished side of one picture, in CSS pixels. */
  tile: number = $state(TILE_RANGE.usual);
  isInspecting: boolean = $state(false);
  readonly rows: RowCache;
  readonly selection: Selection;
  readonly filter = $derived.by(() => readFilter(this.#address.query));
  readonly sort = $derived.by(() => readSort(this.#address.query));
  #shownKey = '';
  readonly #address: Address;
  readonly #notices: Notices;
  readonly #loadIds: (query: Readonly<Record<string, string>>) => Promise<Uint32Array | null>;

  constructor(api: Api, address: Address, notices: Notices) {
    this.#address = address;
    this.#notices = notices;
    this.rows = new RowCache(
      async (imageIds, signal) => {
        const { modelId } = this.filter;
        const json = { imageIds: [...imageIds], ...(modelId === undefined ? {} : { modelId }) };
        const { rows } = await read(api.images.rows.$post({ json }, { init: { signal } }));
        return rows;
      },
      (error) => notices.report(error, 'Reading the images'),
    );
    this.selection = new Selection(() => this.ids);
    this.#loadIds = latest(async (signal, query) => {
      // A query is text on its way; the route's type tells what it becomes after.
      const request = { query: query as never };
      const bytes = await readBytes(api.images.ids.$get(request, { init: { signal } }));
      return new Uint32Array(bytes);
    });
    this.tile = clampTile(Number(localStorage.getItem(TILE_STORED_AS) ?? TILE_RANGE.usual));
  }

  /** Reads the ids of the view that the address asks for. */
  async load(): Promise<void> {
    this.isLoading = true;
    try {
      const query = { ...this.filter, sort: this.sort };
      const ids = await this.#loadIds(query);
      if (ids === null) return;
      const key = JSON.stringify(query);
      const before = this.selection.focusIndex;
      this.ids = ids;
      this.isLoaded = true;
      this.selection.followView(before);
      this.rows.setView(ids);
      if (key !== this.#shownKey) this.viewVersion += 1;
      this.#shownKey = key;
    } catch (error) {
      this.#notices.report(error, 'Reading the list of images');
    }
    this.isLoading = false;
  }

  /** After labels changed, here or in another window. */
  refreshLabels(): void {
    if (dependsOnLabels(this.filter)) void this.load();
    else this.rows.refresh();
  }

  forget(): void {
    this.ids = new Uint32Array(0);
    this.isLoaded = false;
    this.selection.reset();
    this.rows.clear();
  }

  /** Narrows or widens the view, in the address. */
  setFilter(change: Readonly<Partial<Record<FilterKey | 'sort', string | null>>>): void {
    const query = changeQuery(this.#address.query, change);
    if ('q' in change && this.#address.path === '/images') this.#address.replace('/images', query);
    else this.#address.go('/images', query);
  }

  /** Shows exactly this filter. */
  showOnly(filter: Readonly<Partial<Record<FilterKey, string>>>): void {
    this.#address.go('/images', queryOf(filter));
  }

  setTile(tile: number): void {
    this.tile = clampTile(tile);
    localStorage.setItem(TILE_STORED_AS, String(this.tile));
  }
}

function clampTile(tile: number): number {
  if (!Number.isFinite(tile)) return TILE_RANGE.usual;
  return Math.min(TILE_RANGE.high, Math.max(TILE_RANGE.low, Math.round(tile)));
}
