import { IdSet } from '../state/idSet.ts';

/** How a click or key joins what is selected already. */
export type SelectMode = 'only' | 'toggle' | 'range' | 'add-range';

/**
 * Which images are selected, which one has the focus, and from where a range reaches. Kept by id, so that it
 * survives scrolling and sorting.
 */
export class Selection {
  ids: IdSet = $state.raw(IdSet.empty);
  focusId: number | null = $state(null);
  #anchorId: number | null = $state(null);
  readonly #view: () => Uint32Array;
  readonly #focusIndex: number = $derived.by(() => this.#indexOf(this.focusId));

  /** @param view the ids of the present view in its order. */
  constructor(view: () => Uint32Array) {
    this.#view = view;
  }

  /** Place of the focused image in the view, or -1. */
  get focusIndex(): number {
    return this.#focusIndex;
  }

  /** What an action is about: the selection, else the focused image. */
  get targets(): IdSet {
    if (this.ids.size > 0 || this.focusId === null || this.focusIndex < 0) return this.ids;
    return IdSet.of([this.focusId]);
  }

  select(index: number, mode: SelectMode): void {
    const view = this.#view();
    const imageId = view[index];
    if (imageId === undefined) return;
    this.focusId = imageId;
    const anchor = this.#indexOf(this.#anchorId);
    if ((mode === 'range' || mode === 'add-range') && anchor >= 0) {
      const range = view.subarray(Math.min(anchor, index), Math.max(anchor, index) + 1);
      this.ids = mode === 'range' ? IdSet.of(range) : this.ids.with(range);
      return;
    }
    this.#anchorId = imageId;
    if (mode === 'only' || mode === 'range') this.ids = IdSet.of([imageId]);
    else if (this.ids.has(imageId)) this.ids = this.ids.without([imageId]);
    else this.ids = this.ids.with([imageId]);
  }

  /** Moves the focus without selecting, as with Ctrl and an arrow. */
  focus(index: number): void {
    this.focusId = this.#view()[index] ?? this.focusId;
  }

  selectAll(): void {
    const view = this.#view();
    this.ids = IdSet.of(view);
    this.focusId ??= view[0] ?? null;
  }

  clear(): void {
    this.ids = IdSet.empty;
    this.#anchorId = this.focusId;
  }

  reset(): void {
    this.ids = IdSet.empty;
    this.focusId = null;
    this.#anchorId = null;
  }

  /**
   * Keeps only what the new view shows, so that no key ever labels an image that cannot be seen. Where the
   * focused image has gone, the one now in its place takes the focus.
   * @param before place of the focus in the view before
   */
  followView(before: number): void {
    const view = this.#view();
    if (this.ids.size > 0) this.ids = this.ids.within(view);
    if (this.focusId !== null && this.focusIndex < 0) {
      this.focusId = view[Math.min(Math.max(0, before), view.length - 1)] ?? null;
      this.#anchorId = this.focusId;
    }
  }

  #indexOf(imageId: number | null): number {
    return imageId === null ? -1 : this.#view().indexOf(imageId);
  }
}
