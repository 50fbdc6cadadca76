import type { ImageRow } from '../../shared/images.ts';
import { decodeView } from '../../shared/views.ts';
import { read, readBytes, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';
import type { Gallery } from '../gallery/gallery.svelte.ts';
import { RowCache } from '../gallery/rowCache.ts';
import type { Labelling } from '../labels/labelling.svelte.ts';
import type { Libraries } from '../library/libraries.svelte.ts';
import type { Address } from '../state/address.svelte.ts';
import { IdSet } from '../state/idSet.ts';
import { latest } from '../state/latest.ts';
import { Zoom } from '../ui/zoom.svelte.ts';
import { labelsPerMinute } from './pace.ts';

const ADVANCES_STORED_AS = 'fovea.advances';
/** Keeping the place waits until the reader rests for so long. */
const REST_MS = 400;
/** Rows known on either side of the image that is shown. */
export const STRIP_REACH = 40;

/**
 * One image after the other, over the images that fitted the filter when the review began: they stay where they are
 * when labels change, so that a step back shows what was just done.
 */
export class Review {
  ids: Uint32Array = $state.raw(new Uint32Array(0));
  index: number = $state(0);
  isLoaded: boolean = $state(false);
  /** Whether a label moves on to the next image. */
  advances: boolean = $state(true);
  /** Images labelled since the review was opened. */
  labelled: number = $state(0);
  /** Labels a minute; null while there are too few to tell. */
  pace: number | null = $state(null);
  readonly rows: RowCache;
  readonly zoom = new Zoom();
  readonly imageId: number | null = $derived(this.ids[this.index] ?? null);
  readonly row: ImageRow | undefined = $derived.by(() =>
    this.imageId === null ? undefined : this.rows.row(this.imageId),
  );
  readonly #api: Api;
  readonly #gallery: Gallery;
  readonly #labelling: Labelling;
  readonly #address: Address;
  readonly #libraries: Libraries;
  readonly #notices: Notices;
  readonly #loadIds: (query: Record<string, string>) => Promise<Uint32Array | null>;
  #view: string | null = null;
  #times: number[] = [];
  #keeping: ReturnType<typeof setTimeout> | null = null;

  constructor(
    api: Api,
    gallery: Gallery,
    labelling: Labelling,
    address: Address,
    libraries: Libraries,
    notices: Notices,
  ) {
    this.#api = api;
    this.#gallery = gallery;
    this.#labelling = labelling;
    this.#address = address;
    this.#libraries = libraries;
    this.#notices = notices;
    this.rows = new RowCache(
      (imageIds) => gallery.rowsOf(imageIds),
      (error) => notices.report(error, 'Reading the images'),
    );
    this.#loadIds = latest(async (signal, query: Record<string, string>) => {
      // A query is text on its way; the route's type tells what it becomes after.
      const request = { query: { ...query, arrange: 'none' } as never };
      return decodeView(await readBytes(api.images.view.$get(request, { init: { signal } }))).ids;
    });
    this.advances = localStorage.getItem(ADVANCES_STORED_AS) !== 'no';
  }

  get isShown(): boolean {
    return this.#address.path === '/review';
  }

  get canLabel(): boolean {
    return this.isShown && this.isLoaded && this.#libraries.open?.isReadOnly === false;
  }

  /** Opens the images of the present filter, at the chosen image or where this reader left them. */
  async open(): Promise<void> {
    const view = this.#address.query.toString();
    if (view === this.#view && this.isLoaded) return;
    this.#view = view;
    this.isLoaded = false;
    this.labelled = 0;
    this.pace = null;
    this.#times = [];
    try {
      const [ids, place] = await Promise.all([this.#loadIds(this.#gallery.query), this.#findPlace(view)]);
      if (ids === null || this.#view !== view) return;
      this.ids = ids;
      this.rows.setView(ids);
      this.isLoaded = true;
      const { selection } = this.#gallery;
      const chosen = selection.ids.size > 0 ? selection.focusId : null;
      this.show(Math.max(0, ids.indexOf(chosen ?? place ?? selection.focusId ?? -1)));
    } catch (error) {
      this.#view = null;
      this.#notices.report(error, 'Opening the review');
    }
  }

  /** Leaves for the gallery with the same filter, the image that was shown having the focus. */
  leave(): void {
    this.forget();
    this.#gallery.selection.clear();
    this.#gallery.selection.focusId = this.imageId;
    this.#address.go('/images', this.#address.query);
  }

  /** What was kept belongs to this opening; the next one reads anew. */
  forget(): void {
    this.#keepNow();
    this.#view = null;
    this.isLoaded = false;
  }

  show(index: number): void {
    this.index = Math.max(0, Math.min(this.ids.length - 1, index));
    this.rows.want(Math.max(0, this.index - STRIP_REACH), this.index + STRIP_REACH);
    this.#keepPlace();
  }

  move(by: number): void {
    this.show(this.index + by);
  }

  /** Gives the shown image a class (null takes it away) and moves on to the next. */
  label(classId: number | null): void {
    const { imageId } = this;
    if (imageId === null) return;
    this.rows.patch(IdSet.of([imageId]), (row) => ({ ...row, classId }));
    this.#labelling.label([imageId], classId);
    if (classId === null) return;
    this.labelled += 1;
    this.#times.push(Date.now());
    this.updatePace();
    if (this.advances) this.move(1);
  }

  /** Gives the shown image the class that the model says. */
  accept(): void {
    const said = this.row?.prediction?.classId;
    if (said !== undefined) this.label(said);
  }

  /** Shows the next image without a label, from the beginning again after the last. */
  async showUnlabelled(): Promise<void> {
    try {
      const ids = await this.#loadIds({ ...this.#gallery.query, unlabelled: '1' });
      if (ids === null) return;
      const open = IdSet.of(ids);
      const { length } = this.ids;
      for (let step = 1; step <= length; step++) {
        const index = (this.index + step) % length;
        if (open.has(this.ids[index]!)) return this.show(index);
      }
      this.#notices.tell('Every image here is labelled', 'Change the filter to review others.');
    } catch (error) {
      this.#notices.report(error, 'Finding the next unlabelled image');
    }
  }

  setAdvances(advances: boolean): void {
    this.advances = advances;
    localStorage.setItem(ADVANCES_STORED_AS, advances ? 'yes' : 'no');
  }

  /** Called once a second while the review is shown, as a pause lowers the pace. */
  updatePace(): void {
    this.pace = labelsPerMinute(this.#times, Date.now());
  }

  async #findPlace(view: string): Promise<number | null> {
    return (await read(this.#api.review.place.$get({ query: { view } }))).imageId;
  }

  #keepPlace(): void {
    if (this.#keeping !== null) clearTimeout(this.#keeping);
    this.#keeping = setTimeout(() => this.#keepNow(), REST_MS);
  }

  #keepNow(): void {
    if (this.#keeping === null) return;
    clearTimeout(this.#keeping);
    this.#keeping = null;
    const { imageId } = this;
    if (imageId === null || this.#view === null) return;
    // A place that could not be kept costs a reader one look around; a read-only library keeps none.
    const json = { view: this.#view, imageId };
    read(this.#api.review.place.$put({ json })).catch(() => undefined);
  }
}
