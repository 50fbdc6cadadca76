import type { ImageRow } from '../../shared/images.ts';
import { decodeView, type Arrangement, type ArrangedView } from '../../shared/views.ts';
import { read, readBytes, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';
import { latest } from '../state/latest.ts';
import type { Address } from '../state/address.svelte.ts';
import { readCaptions, type Caption } from './captions.ts';
import { CurationLists } from './curationLists.svelte.ts';
import { Facets } from './facets.svelte.ts';
import {
  changeQuery,
  dependsOnLabels,
  queryOf,
  readArrangement,
  readDirection,
  readFilter,
  readSort,
  type GalleryFilter,
  type QueryChange,
  type Sort,
} from './filter.ts';
import { RowCache } from './rowCache.ts';
import { SavedFilters } from './savedFilters.svelte.ts';
import { Selection } from './selection.svelte.ts';
import { Thumbnails } from './thumbnails.ts';

const TILE_STORED_AS = 'fovea.tile';
const CAPTIONS_STORED_AS = 'fovea.captions';
export const TILE_RANGE = { low: 48, high: 512, usual: 136 } as const;

/** A view this large takes long enough to read that its first page is shown before. */
const LARGE = 20_000;
const FIRST_PAGE = 200;

/** Views that share the filter and the selection. */
const VIEW_PATHS: readonly string[] = ['/images', '/map'];

type Sections = Pick<ArrangedView, 'starts' | 'keys'>;
const NO_SECTIONS: Sections = { starts: new Uint32Array(0), keys: [] };

/** The images of the present filter in their order, what is known of them, and what is selected. */
export class Gallery {
  ids: Uint32Array = $state.raw(new Uint32Array(0));
  /** Where the sections of an arranged view begin in `ids`. */
  sections: Sections = $state.raw(NO_SECTIONS);
  /** False until the first ids are here. */
  isLoaded: boolean = $state(false);
  isLoading: boolean = $state(false);
  /** True while only the first page of a view is here. */
  isPartial: boolean = $state(false);
  /** Rises with each view that another filter or order gives, not when the same one is read again. */
  viewVersion: number = $state(0);
  /** Wished side of one picture, in CSS pixels. */
  tile: number = $state(TILE_RANGE.usual);
  /** What stands below each picture. */
  captions: readonly Caption[] = $state.raw([]);
  isInspecting: boolean = $state(false);
  /** Rises when the focused image is to be brought into view and given the keyboard. */
  revealed: number = $state(0);
  readonly rows: RowCache;
  readonly thumbnails = new Thumbnails();
  readonly selection: Selection;
  readonly facets: Facets;
  readonly saved: SavedFilters;
  readonly lists: CurationLists;
  readonly filter = $derived.by(() => readFilter(this.#address.query));
  readonly sort = $derived.by(() => readSort(this.#address.query));
  readonly direction = $derived.by(() => readDirection(this.#address.query));
  readonly arrangement: Arrangement = $derived.by(() => readArrangement(this.#address.query));
  #shownKey = '';
  readonly #address: Address;
  readonly #notices: Notices;
  readonly #loadRows: (imageIds: readonly number[], signal?: AbortSignal) => Promise<readonly ImageRow[]>;
  readonly #loadView: (query: Readonly<Record<string, string>>) => Promise<ArrangedView | null>;
  readonly #loadPage: (query: Readonly<Record<string, string>>) => Promise<readonly ImageRow[] | null>;

  constructor(api: Api, address: Address, notices: Notices) {
    this.#address = address;
    this.#notices = notices;
    this.#loadRows = async (imageIds, signal) => {
      const { modelId } = this.filter;
      const json = { imageIds: [...imageIds], ...(modelId === undefined ? {} : { modelId }) };
      const init = signal === undefined ? {} : { signal };
      return (await read(api.images.rows.$post({ json }, { init }))).rows;
    };
    this.rows = new RowCache(this.#loadRows, (error) => notices.report(error, 'Reading the images'));
    this.selection = new Selection(() => ({ ids: this.ids, query: this.filter as Record<string, string> }));
    this.facets = new Facets(api, notices);
    this.saved = new SavedFilters(api, notices);
    this.lists = new CurationLists(api, notices);
    // A query is text on its way; the route's type tells what it becomes after.
    this.#loadView = latest(async (signal, query) => {
      const request = { query: query as never };
      return decodeView(await readBytes(api.images.view.$get(request, { init: { signal } })));
    });
    this.#loadPage = latest(async (signal, query) => {
      const request = { query: { ...query, limit: String(FIRST_PAGE) } as never };
      return (await read(api.images.page.$get(request, { init: { signal } }))).rows;
    });
    this.tile = clampTile(Number(localStorage.getItem(TILE_STORED_AS) ?? TILE_RANGE.usual));
    this.captions = readCaptions(localStorage.getItem(CAPTIONS_STORED_AS));
  }

  /** The filter with its order, as it stands in a call. */
  get query(): Record<string, string> {
    return { ...(this.filter as Record<string, string>), sort: this.sort, direction: this.direction };
  }

  /** Reads the ids of the view that the address asks for. */
  async load(): Promise<void> {
    this.isLoading = true;
    const query = { ...this.query, arrange: this.arrangement };
    const key = JSON.stringify(query);
    this.facets.want(this.filter);
    try {
      const reading = this.#loadView(query);
      if (key !== this.#shownKey && (!this.isLoaded || this.ids.length > LARGE)) {
        void this.#showFirstPage(key, reading);
      }
      const view = await reading;
      if (view === null) return;
      this.#show(key, view);
      this.isPartial = false;
    } catch (error) {
      this.#notices.report(error, 'Reading the list of images');
    }
    this.isLoading = false;
  }

  /** Shows the beginning of a new view at once, unless the whole is there first. */
  async #showFirstPage(key: string, reading: Promise<unknown>): Promise<void> {
    if (this.arrangement !== 'none' || this.selection.focusId !== null) return;
    let isWhole = false;
    void reading.then(
      () => (isWhole = true),
      () => (isWhole = true),
    );
    try {
      const rows = await this.#loadPage(this.query);
      if (isWhole || rows === null || rows.length < FIRST_PAGE || this.selection.ids.size > 0) return;
      this.isPartial = true;
      const ids = Uint32Array.from(rows, ({ imageId }) => imageId);
      this.#show(key, { ids, ...NO_SECTIONS }, rows);
    } catch {
      // The reading of the whole says what is wrong.
    }
  }

  #show(key: string, view: ArrangedView, begin?: readonly ImageRow[]): void {
    const before = this.selection.focusIndex;
    this.ids = view.ids;
    this.sections = view;
    this.isLoaded = true;
    this.selection.followView(before);
    this.rows.setView(view.ids, begin);
    if (key !== this.#shownKey) this.viewVersion += 1;
    this.#shownKey = key;
  }

  /** Rows of any images, whether or not they are near the window. */
  rowsOf(imageIds: readonly number[]): Promise<readonly ImageRow[]> {
    return this.#loadRows(imageIds);
  }

  /** After labels changed, here or in another window. */
  refreshLabels(): void {
    const isSorted = this.sort === 'disagreement' || this.arrangement === 'class';
    if (dependsOnLabels(this.filter) || isSorted) void this.load();
    else {
      this.rows.refresh();
      this.facets.want(this.filter);
    }
  }

  /** After a model said something new of the images; the view keeps its order until it is asked for again. */
  refreshPredictions(): void {
    this.rows.refresh();
    this.facets.want(this.filter);
  }

  forget(): void {
    this.ids = new Uint32Array(0);
    this.sections = NO_SECTIONS;
    this.isLoaded = false;
    this.#shownKey = '';
    this.selection.reset();
    this.rows.clear();
    this.thumbnails.clear();
    this.facets.forget();
  }

  /** Selects an image of the view and brings it into sight. */
  show(place: number): void {
    this.selection.select(place, 'only');
    this.revealed += 1;
  }

  /** Narrows, widens or orders the view, in the address. */
  setFilter(change: QueryChange): void {
    const query = changeQuery(this.#address.query, change);
    if ('q' in change && this.isShown) this.#address.replace(this.#path, query);
    else this.#address.go(this.#path, query);
  }

  /** Shows exactly this filter, arranged as before and in the given order. */
  showOnly(filter: GalleryFilter, sort: Sort | null = null): void {
    const arrange = this.arrangement === 'none' ? null : this.arrangement;
    this.#address.go(this.#path, changeQuery(queryOf(filter), { arrange, sort }));
  }

  /** Shows what another address of the view asks for. */
  showQuery(query: Readonly<Record<string, string>>): void {
    this.#address.go(this.#path, query);
  }

  /** True while the images of the view are on the screen, as a grid or as a map. */
  get isShown(): boolean {
    return VIEW_PATHS.includes(this.#address.path);
  }

  /** Where the view is changed: on the map when that is shown, else in the grid. */
  get #path(): string {
    return this.isShown ? this.#address.path : '/images';
  }

  setTile(tile: number): void {
    this.tile = clampTile(tile);
    localStorage.setItem(TILE_STORED_AS, String(this.tile));
  }

  setCaptions(captions: readonly Caption[]): void {
    this.captions = captions;
    localStorage.setItem(CAPTIONS_STORED_AS, captions.join(','));
  }
}

function clampTile(tile: number): number {
  if (!Number.isFinite(tile)) return TILE_RANGE.usual;
  return Math.min(TILE_RANGE.high, Math.max(TILE_RANGE.low, Math.round(tile)));
}
