import { IdSet } from '../state/idSet.ts';
import { Targets } from './targets.ts';

/** How a click or key joins what is selected already. */
export type SelectMode = 'only' | 'toggle' | 'range' | 'add-range';

/** A filter as it stands in an address. */
type Query = Readonly<Record<string, string>>;

/** The present view: its images in their order and the filter that they match. */
export interface SelectableView {
  readonly ids: Uint32Array;
  readonly query: Query;
}

/**
 * Which images are selected, which one has the focus, and from where a range reaches. Kept by id, so that it
 * survives scrolling and sorting; all that match a filter are kept as that filter, less some.
 */
export class Selection {
  ids: IdSet = $state.raw(IdSet.empty);
  focusId: number | null = $state(null);
  #query: Query | null = $state.raw(null);
  #except: IdSet = $state.raw(IdSet.empty);
  #anchorId: number | null = $state(null);
  readonly #view: () => SelectableView;
  readonly #focusIndex: number = $derived.by(() => this.#indexOf(this.focusId));

  constructor(view: () => SelectableView) {
    this.#view = view;
  }

  /** Place of the focused image in the view, or -1. */
  get focusIndex(): number {
    return this.#focusIndex;
  }

  /** True when the selection is a filter and not a list. */
  get isQuery(): boolean {
    return this.#query !== null;
  }

  /** What an action is about: the selection, else the focused image. */
  get targets(): Targets {
    if (this.ids.size > 0) return new Targets(this.ids, this.#query, this.#except);
    const isFocused = this.focusId !== null && this.focusIndex >= 0;
    return Targets.of(isFocused ? IdSet.of([this.focusId!]) : IdSet.empty);
  }

  select(index: number, mode: SelectMode): void {
    const view = this.#view().ids;
    const imageId = view[index];
    if (imageId === undefined) return;
    this.focusId = imageId;
    const anchor = this.#indexOf(this.#anchorId);
    if ((mode === 'range' || mode === 'add-range') && anchor >= 0) {
      const range = view.subarray(Math.min(anchor, index), Math.max(anchor, index) + 1);
      if (mode === 'range') this.replace(range);
      else this.add(range);
      return;
    }
    this.#anchorId = imageId;
    if (mode === 'only' || mode === 'range') this.replace([imageId]);
    else if (this.ids.has(imageId)) this.#take([imageId]);
    else this.add([imageId]);
  }

  /** Selects exactly these. */
  replace(imageIds: Iterable<number>): void {
    this.ids = IdSet.of(imageIds);
    this.#query = null;
    this.#except = IdSet.empty;
  }

  add(imageIds: Iterable<number>): void {
    this.ids = this.ids.with(imageIds);
    if (this.#query !== null) this.#except = this.#except.without(imageIds);
  }

  remove(imageIds: Iterable<number>): void {
    this.#take([...imageIds]);
  }

  /** Moves the focus without selecting, as with Ctrl and an arrow. */
  focus(index: number): void {
    this.focusId = this.#view().ids[index] ?? this.focusId;
  }

  selectAll(): void {
    const { ids, query } = this.#view();
    this.ids = IdSet.of(ids);
    this.#query = query;
    this.#except = IdSet.empty;
    this.focusId ??= ids[0] ?? null;
  }

  /** Selects what is not selected in the view; after all but a few, the few. */
  invert(): void {
    const { ids, query } = this.#view();
    if (this.#query !== null) {
      this.replace(this.#except);
      return;
    }
    this.#except = this.ids;
    this.ids = IdSet.of(ids).without(this.ids);
    this.#query = query;
  }

  clear(): void {
    this.replace([]);
    this.#anchorId = this.focusId;
  }

  reset(): void {
    this.replace([]);
    this.focusId = null;
    this.#anchorId = null;
  }

  /**
   * Keeps only what the new view shows, so that no key ever labels an image that cannot be seen. A selection that is
   * the view's own filter goes on meaning all that match it. Where the focused image has gone, the one now in its
   * place takes the focus.
   * @param before place of the focus in the view before
   */
  followView(before: number): void {
    const { ids, query } = this.#view();
    if (this.#query !== null && isSame(this.#query, query)) {
      this.ids = IdSet.of(ids).without(this.#except);
    } else if (this.ids.size > 0) {
      this.replace(this.ids.within(ids));
    }
    if (this.focusId !== null && this.focusIndex < 0) {
      this.focusId = ids[Math.min(Math.max(0, before), ids.length - 1)] ?? null;
      this.#anchorId = this.focusId;
    }
  }

  #take(imageIds: readonly number[]): void {
    this.ids = this.ids.without(imageIds);
    if (this.#query !== null) this.#except = this.#except.with(imageIds);
  }

  #indexOf(imageId: number | null): number {
    return imageId === null ? -1 : this.#view().ids.indexOf(imageId);
  }
}

/** Whether two filters are the same, whatever the order in which they name their parts. */
function isSame(a: Query, b: Query): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
