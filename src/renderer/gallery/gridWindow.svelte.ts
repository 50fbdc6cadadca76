import { contentTopToShow, layOutGrid, rowsInView, toContentTop, toScrollTop } from './layout.ts';

const GAP = 10;
const CAPTION = 22;
/** Below this side a caption has no room for a word. */
const CAPTION_FROM = 104;
const OVERSCAN_ROWS = 2;
/** Farther than this many windows between two frames nothing can be seen, so nothing is loaded. */
const FLING_WINDOWS = 1.5;
/** Slower than this many windows a frame a fling has become scrolling again. */
const CALM_WINDOWS = 0.3;
const SETTLE_MS = 90;

/** The scroll box of the grid: its size, where it stands, and which rows must exist for it. */
export class GridWindow {
  width: number = $state(0);
  height: number = $state(0);
  scrollTop: number = $state(0);
  /** False while flinging, when pictures would be gone before they are here. */
  isSettled: boolean = $state(true);
  readonly hasCaption = $derived.by(() => this.#tile() >= CAPTION_FROM);
  readonly layout = $derived.by(() =>
    layOutGrid({
      count: this.#count(),
      width: this.width,
      height: this.height,
      tile: this.#tile(),
      gap: GAP,
      caption: this.hasCaption ? CAPTION : 0,
    }),
  );
  readonly contentTop = $derived(toContentTop(this.layout, this.scrollTop));
  readonly range = $derived(rowsInView(this.layout, this.contentTop, OVERSCAN_ROWS));
  /** Changes when pictures change their places because of the window or their size, not of the view. */
  readonly shape = $derived(`${this.layout.columns} × ${this.layout.pitch}`);
  readonly #count: () => number;
  readonly #tile: () => number;
  #settleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(count: () => number, tile: () => number) {
    this.#count = count;
    this.#tile = tile;
  }

  /** Follows the scroll box. */
  follow(scrollTop: number): void {
    const moved = Math.abs(scrollTop - this.scrollTop) / Math.max(1, this.height);
    this.scrollTop = scrollTop;
    if (this.isSettled && moved < FLING_WINDOWS) return;
    clearTimeout(this.#settleTimer);
    this.isSettled = moved < CALM_WINDOWS;
    if (!this.isSettled) this.#settleTimer = setTimeout(() => (this.isSettled = true), SETTLE_MS);
  }

  /** Where the scroll box must stand to show an image, by the least movement. */
  scrollTopToShow(index: number): number {
    return toScrollTop(this.layout, contentTopToShow(this.layout, index, this.contentTop));
  }

  /** The rows that must exist: those in view and the one that holds the tab stop. */
  rowsWith(tabStop: number): number[] {
    const { first, last } = this.range;
    const rows = Array.from({ length: last - first }, (_, index) => first + index);
    const stopRow = Math.floor(tabStop / this.layout.columns);
    if (this.layout.rows > 0 && (stopRow < first || stopRow >= last)) rows.push(stopRow);
    return rows;
  }
}
