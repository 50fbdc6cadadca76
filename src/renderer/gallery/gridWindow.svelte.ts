import {
  contentTopToShow,
  indexAtPoint,
  layOutGrid,
  placeOf,
  rowsInView,
  sectionAt,
  toContentTop,
  toScrollTop,
} from './layout.ts';

/** Below this side a caption has no room for a word. */
const CAPTION_FROM = 104;
const CAPTION_LINE = 17;
const CAPTION_SPACE = 5;
/** Below this side pictures stand closer. */
const CLOSE_BELOW = 96;
const HEADING = 34;
const OVERSCAN_ROWS = 2;
/** With more pictures than this in the window only the rows around the focus have cells of their own. */
const MAX_CELLS = 280;
/** Farther than this many windows between two frames nothing can be seen, so nothing is loaded. */
const FLING_WINDOWS = 1.5;
/** Slower than this many windows a frame a fling has become scrolling again. */
const CALM_WINDOWS = 0.3;
const SETTLE_MS = 90;

/** What the grid shows, as the gallery knows it. */
export interface GridSource {
  readonly count: number;
  readonly tile: number;
  readonly captionLines: number;
  readonly starts: Uint32Array;
}

/** The scroll box of the grid: its size, where it stands, and which rows must exist for it. */
export class GridWindow {
  width: number = $state(0);
  height: number = $state(0);
  scrollTop: number = $state(0);
  /** False while flinging, when pictures would be gone before they are here. */
  isSettled: boolean = $state(true);
  readonly hasCaption = $derived.by(() => this.#source().tile >= CAPTION_FROM);
  readonly layout = $derived.by(() => {
    const { count, tile, captionLines, starts } = this.#source();
    return layOutGrid({
      ...{ count, tile, starts, heading: HEADING },
      ...{ width: this.width, height: this.height },
      gap: tile < CLOSE_BELOW ? 6 : 10,
      caption: this.hasCaption && captionLines > 0 ? captionLines * CAPTION_LINE + CAPTION_SPACE : 0,
    });
  });
  readonly contentTop = $derived(toContentTop(this.layout, this.scrollTop));
  readonly range = $derived(rowsInView(this.layout, this.contentTop, OVERSCAN_ROWS));
  /** The section whose heading stands on top of the window. */
  readonly section = $derived(sectionAt(this.layout, this.contentTop));
  /** Sections whose headings lie in the window. */
  readonly sections = $derived.by(() => {
    if (this.#source().starts.length === 0) return [];
    const last = sectionAt(this.layout, this.contentTop + this.height);
    return Array.from({ length: last - this.section + 1 }, (_, index) => this.section + index);
  });
  /** True when each picture has a cell of its own; small pictures are too many for that. */
  readonly hasAllCells = $derived.by(() => {
    const { columns, rows, pitch } = this.layout;
    const inWindow = Math.ceil(this.height / pitch) + 2 * OVERSCAN_ROWS + 1;
    return columns * Math.min(rows, inWindow) <= MAX_CELLS;
  });
  /** Changes when pictures change their places because of the window or their size, not of the view. */
  readonly shape = $derived(`${this.layout.columns} × ${this.layout.pitch}`);
  readonly #source: () => GridSource;
  #settleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(source: () => GridSource) {
    this.#source = source;
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

  /** The image under a point of the scroll box, from its top left corner. */
  indexAt(x: number, y: number): number | null {
    return this.layout.rows === 0 ? null : indexAtPoint(this.layout, x, y + this.contentTop);
  }

  /** The rows that must exist: those in view and the one that holds the tab stop. */
  rowsWith(tabStop: number): number[] {
    const { first, last } = this.range;
    const rows = Array.from({ length: last - first }, (_, index) => first + index);
    if (this.layout.rows === 0) return rows;
    const stopRow = placeOf(this.layout, tabStop).row;
    if (stopRow < first || stopRow >= last) rows.push(stopRow);
    return rows;
  }

  /** Whether a row has a cell for each of its pictures: always, or near the tab stop. */
  hasCells(row: number, tabStop: number): boolean {
    return this.hasAllCells || Math.abs(placeOf(this.layout, tabStop).row - row) <= 1;
  }
}
