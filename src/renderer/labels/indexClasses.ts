import type { ClassRow } from '../../shared/labels.ts';

/** Classes by id. */
export function indexClasses(rows: readonly ClassRow[]): ReadonlyMap<number, ClassRow> {
  return new Map(rows.map((row) => [row.classId, row]));
}
