import { imagesOfRow, placeOf, rowsPerPage, type GridLayout } from './layout.ts';

/**
 * Where the focus goes for a key of the ARIA grid pattern.
 * @returns the new index, or null when the key does not move.
 */
export function movedIndex(
  layout: GridLayout,
  index: number,
  key: string,
  withControl: boolean,
): number | null {
  const { count } = layout;
  if (key === 'ArrowLeft') return Math.max(0, index - 1);
  if (key === 'ArrowRight') return Math.min(count - 1, index + 1);
  const rows = rowsMoved(layout, key);
  if (rows !== null) return movedByRows(layout, index, rows);
  const row = imagesOfRow(layout, placeOf(layout, index).row);
  if (key === 'Home') return withControl ? 0 : row.start;
  if (key === 'End') return withControl ? count - 1 : row.end - 1;
  return null;
}

function rowsMoved(layout: GridLayout, key: string): number | null {
  if (key === 'ArrowUp') return -1;
  if (key === 'ArrowDown') return 1;
  if (key === 'PageUp') return -rowsPerPage(layout);
  if (key === 'PageDown') return rowsPerPage(layout);
  return null;
}

/** Stops at the first and last row; keeps the column where the new row has one. */
function movedByRows(layout: GridLayout, index: number, rows: number): number {
  const { row, column } = placeOf(layout, index);
  const to = Math.min(layout.rows - 1, Math.max(0, row + rows));
  const { start, end } = imagesOfRow(layout, to);
  return Math.min(start + column, end - 1);
}
