/**
 * Browsers stop growing a scroll box near 16.7 million CSS pixels at a device ratio of 2; above this height
 * the grid's own space is mapped onto a shorter scroll space.
 */
export const MAX_SCROLL_HEIGHT = 16_000_000;

/** What the grid must fit: lengths in CSS pixels. */
export interface GridInput {
  readonly count: number;
  /** Inner width and height of the scroll box. */
  readonly width: number;
  readonly height: number;
  /** Wished side of one picture; cells grow a little so that rows fill the width. */
  readonly tile: number;
  readonly gap: number;
  /** Height of the caption under each picture. */
  readonly caption: number;
}

export interface GridLayout extends GridInput {
  readonly columns: number;
  readonly rows: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Distance from one row's top to the next. */
  readonly pitch: number;
  /** Height of all rows in the grid's own space. */
  readonly contentHeight: number;
  /** Height of the scroll box's content; shorter than `contentHeight` for very many rows. */
  readonly scrollHeight: number;
}

/** Rows `first` up to but not including `last`. */
export interface RowRange {
  readonly first: number;
  readonly last: number;
}

export function layOutGrid(input: GridInput): GridLayout {
  const { count, width, tile, gap, caption } = input;
  const inner = Math.max(0, width - 2 * gap);
  const columns = Math.max(1, Math.floor((inner + gap) / (tile + gap)));
  const cellWidth = Math.max(1, Math.floor((inner - gap * (columns - 1)) / columns));
  const cellHeight = cellWidth + caption;
  const pitch = cellHeight + gap;
  const rows = Math.ceil(count / columns);
  const contentHeight = rows === 0 ? 0 : rows * pitch + gap;
  const scrollHeight = Math.min(contentHeight, MAX_SCROLL_HEIGHT);
  return { ...input, columns, rows, cellWidth, cellHeight, pitch, contentHeight, scrollHeight };
}

/** Top of a row in the grid's own space. */
export function rowTop(layout: GridLayout, row: number): number {
  return layout.gap + row * layout.pitch;
}

/** Left edge of a column. */
export function columnLeft(layout: GridLayout, column: number): number {
  return layout.gap + column * (layout.cellWidth + layout.gap);
}

/** From a scroll position to the top of the window in the grid's own space. */
export function toContentTop(layout: GridLayout, scrollTop: number): number {
  return clamp(scrollTop * ratio(layout), 0, lastContentTop(layout));
}

/** From the grid's own space to a scroll position. */
export function toScrollTop(layout: GridLayout, contentTop: number): number {
  return clamp(contentTop, 0, lastContentTop(layout)) / ratio(layout);
}

/** Rows that show between `contentTop` and one window below, with `overscan` rows on both sides. */
export function rowsInView(layout: GridLayout, contentTop: number, overscan: number): RowRange {
  const first = Math.floor((contentTop - layout.gap) / layout.pitch) - overscan;
  const last = Math.ceil((contentTop + layout.height - layout.gap) / layout.pitch) + overscan;
  return { first: clamp(first, 0, layout.rows), last: clamp(last, 0, layout.rows) };
}

/** The least movement that brings an image wholly into the window. */
export function contentTopToShow(layout: GridLayout, index: number, contentTop: number): number {
  const top = rowTop(layout, Math.floor(index / layout.columns));
  const bottom = top + layout.cellHeight;
  if (top - layout.gap < contentTop) return top - layout.gap;
  if (bottom + layout.gap > contentTop + layout.height) return bottom + layout.gap - layout.height;
  return contentTop;
}

/** How many rows one page of the window holds, at least one. */
export function rowsPerPage(layout: GridLayout): number {
  return Math.max(1, Math.floor(layout.height / layout.pitch));
}

function lastContentTop(layout: GridLayout): number {
  return Math.max(0, layout.contentHeight - layout.height);
}

function ratio(layout: GridLayout): number {
  const scrollable = layout.scrollHeight - layout.height;
  return scrollable <= 0 ? 1 : lastContentTop(layout) / scrollable;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
