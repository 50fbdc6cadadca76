import type { Database } from 'better-sqlite3';

/** The reader that every library is born with. */
const FIRST_READER = 1;

/** Who labels now, as this library remembers it. */
export function presentReaderId(db: Database): number {
  const chosen = db
    .prepare<[], { reader_id: number }>(
      `SELECT reader_id FROM readers WHERE reader_id =
         (SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'present_reader')`,
    )
    .get();
  return chosen?.reader_id ?? FIRST_READER;
}
