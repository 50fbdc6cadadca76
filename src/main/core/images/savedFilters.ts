import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import type { SavedFilter } from '../../../shared/images.ts';

const MAX_NAME_LENGTH = 100;

const fold = (name: string): string => name.trim().normalize('NFC').toLowerCase();

/** Every saved filter, by name. */
export function listSavedFilters(db: Database): SavedFilter[] {
  return db
    .prepare<[], { filterId: number; name: string; query: string }>(
      'SELECT filter_id AS filterId, name, query FROM saved_filters ORDER BY folded_name',
    )
    .all()
    .map((row) => ({ ...row, query: JSON.parse(row.query) as Record<string, string> }));
}

/**
 * Saves a filter under a name, in the place of one that has the name already (upper and lower case count as the same).
 * @throws FoveaError `invalid` for an empty or overlong name.
 */
export function saveFilter(db: Database, name: string, query: Readonly<Record<string, string>>): number {
  const length = name.trim().length;
  if (length === 0 || length > MAX_NAME_LENGTH) {
    throw new FoveaError('invalid', `The name of a filter has 1 to ${MAX_NAME_LENGTH} characters.`);
  }
  return db
    .prepare<[string, string, string], number>(
      `INSERT INTO saved_filters (name, folded_name, query) VALUES (?, ?, ?)
       ON CONFLICT (folded_name) DO UPDATE SET name = excluded.name, query = excluded.query RETURNING filter_id`,
    )
    .pluck()
    .all(name.trim(), fold(name), JSON.stringify(query))[0]!;
}

/** @throws FoveaError `not_found`. */
export function deleteSavedFilter(db: Database, filterId: number): void {
  if (db.prepare('DELETE FROM saved_filters WHERE filter_id = ?').run(filterId).changes === 1) return;
  throw new FoveaError('not_found', 'There is no such filter.', { subject: String(filterId) });
}
