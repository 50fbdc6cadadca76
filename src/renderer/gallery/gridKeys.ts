import { rowsPerPage, type GridLayout } from './layout.ts';

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
  const { columns, count } = layout;
  const step = stepOf(layout, key);
  if (step !== null) return withinColumn(index, step, count, columns);
  const rowStart = index - (index % columns);
  if (key === 'Home') return withControl ? 0 : rowStart;
  if (key === 'End') return withControl ? count - 1 : Math.min(rowStart + columns, count) - 1;
  return null;
}

function stepOf(layout: GridLayout, key: string): number | null {
  const { columns } = layout;
  if (key === 'ArrowLeft') return -1;
  if (key === 'ArrowRight') return 1;
  if (key === 'ArrowUp') return -columns;
  if (key === 'ArrowDown') return columns;
  if (key === 'PageUp') return -columns * rowsPerPage(layout);
  if (key === 'PageDown') return columns * rowsPerPage(layout);
  return null;
}

/** Steps past an end stop there; whole-row steps keep the column where the last row has one. */
function withinColumn(index: number, step: number, count: number, columns: number): number {
  const target = index + step;
  if (Math.abs(step) === 1) return Math.min(count - 1, Math.max(0, target));
  if (target < 0) return index % columns;
  if (target < count) return target;
  const lastRow = Math.floor((count - 1) / columns);
  if (Math.floor(index / columns) === lastRow) return index;
  return Math.min(count - 1, lastRow * columns + (index % columns));
}
