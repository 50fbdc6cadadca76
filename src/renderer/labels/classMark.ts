import type { ClassRow } from '../../shared/labels.ts';

/** What stands on a class's colour: its key, or the first letter of its name where it has none. */
export function classMark(row: Pick<ClassRow, 'key' | 'name'>): string {
  return row.key ?? [...row.name.trim()][0] ?? '?';
}
