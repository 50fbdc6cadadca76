import { intervalAt, layOutSections, type SectionRows } from './sectionRows.ts';

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
  /** Place at which each section begins, and the height of its heading; absent for a view without sections. */
  readonly starts?: Uint32Array;
  readonly heading?: number;
}

export interface GridLayout extends GridInput {
  readonly columns: number;
  readonly rows: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Distance from one row's top to the next. */
  readonly pitch: number;
  readonly sections: SectionRows;
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

const ONE_SECTION = new Uint32Array(1);

export function layOutGrid(input: GridInput): GridLayout {
  const { count, width, tile, gap, caption, starts, heading = 0 } = input;
  const inner = Math.max(0, width - 2 * gap);
  const columns = Math.max(1, Math.floor((inner + gap) / (tile + gap)));
  const cellWidth = Math.max(1, Math.floor((inner - gap * (columns - 1)) / columns));
  const cellHeight = cellWidth + caption;
  const pitch = cellHeight + gap;
  const hasSections = starts !== undefined && starts.length > 0;
  const sections = layOutSections(hasSections ? starts : ONE_SECTION, {
    ...{ count, columns, pitch },
    ...{ top: gap, heading: hasSections ? heading : 0 },
  });
  const rows = sections.firstRow.at(-1)!;
  const contentHeight = rows === 0 ? 0 : sections.top.at(-1)!;
  const scrollHeight = Math.min(contentHeight, MAX_SCROLL_HEIGHT);
  return { ...input, columns, rows, cellWidth, cellHeight, pitch, sections, contentHeight, scrollHeight };
}

/** Top of a row in the grid's own space. */
export function rowTop({ sections, pitch }: GridLayout, row: number): number {
  const section = intervalAt(sections.firstRow, row);
  return sections.top[section]! + sections.heading + (row - sections.firstRow[section]!) * pitch;
}

/** Left edge of a column. */
export function columnLeft(layout: GridLayout, column: number): number {
  return layout.gap + column * (layout.cellWidth + layout.gap);
}

/** The images of a row: places `start` up to but not including `end`. */
export function imagesOfRow({ sections, columns }: GridLayout, row: number): { start: number; end: number } {
  const section = intervalAt(sections.firstRow, row);
  const start = sections.starts[section]! + (row - sections.firstRow[section]!) * columns;
  return { start, end: Math.min(start + columns, sections.starts[section + 1]!) };
}

/** Row and column of an image. */
export function placeOf({ sections, columns }: GridLayout, index: number): { row: number; column: number } {
  const section = intervalAt(sections.starts, index);
  const within = index - sections.starts[section]!;
  return { row: sections.firstRow[section]! + Math.floor(within / columns), column: within % columns };
}

/** The section that stands at a height of the grid's own space. */
export function sectionAt({ sections }: GridLayout, top: number): number {
  return intervalAt(sections.top, top);
}

/** The row at a height of the grid's own space; a heading counts to the first row below it. */
export function rowAt(layout: GridLayout, top: number): number {
  const { sections, pitch } = layout;
  const section = intervalAt(sections.top, top);
  const within = Math.floor((top - sections.top[section]! - sections.heading) / pitch);
  const [first, next] = [sections.firstRow[section]!, sections.firstRow[section + 1]!];
  return clamp(first + Math.max(0, within), 0, Math.max(first, next - 1));
}

/** The image at a point of the grid's own space, null between pictures. */
export function indexAtPoint(layout: GridLayout, x: number, y: number): number | null {
  const row = rowAt(layout, y);
  const column = Math.floor((x - layout.gap) / (layout.cellWidth + layout.gap));
  const { start, end } = imagesOfRow(layout, row);
  const isInside =
    x - columnLeft(layout, column) <= layout.cellWidth &&
    y >= rowTop(layout, row) &&
    y <= rowTop(layout, row) + layout.cellHeight;
  return isInside && column >= 0 && column < layout.columns && start + column < end ? start + column : null;
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
  if (layout.rows === 0) return { first: 0, last: 0 };
  const first = rowAt(layout, contentTop) - overscan;
  const last = rowAt(layout, contentTop + layout.height) + 1 + overscan;
  return { first: clamp(first, 0, layout.rows), last: clamp(last, 0, layout.rows) };
}

/** The least movement that brings an image wholly into the window, below the heading that stays on top. */
export function contentTopToShow(layout: GridLayout, index: number, contentTop: number): number {
  const { gap, height, cellHeight, sections } = layout;
  const top = rowTop(layout, placeOf(layout, index).row);
  const bottom = top + cellHeight;
  if (top - gap - sections.heading < contentTop) return top - gap - sections.heading;
  if (bottom + gap > contentTop + height) return bottom + gap - height;
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
