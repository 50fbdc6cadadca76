import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { CLASS_COLORS, type ReaderRow } from '../../../shared/labels.ts';

/** The reader that every library is born with. */
const FIRST_READER = 1;

const MAX_NAME_LENGTH = 100;

const fold = (name: string): string => name.trim().normalize('NFC').toLowerCase();

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

/** Every reader with the number of present labels that are theirs. */
export function listReaders(db: Database): ReaderRow[] {
  const present = presentReaderId(db);
  return db
    .prepare<[], Omit<ReaderRow, 'isPresent' | 'hasPassword'> & { hasPassword: 0 | 1 }>(
      `SELECT r.reader_id AS readerId, r.name, r.color, coalesce(n.labels, 0) AS labelCount,
         r.password IS NOT NULL AS hasPassword
       FROM readers r LEFT JOIN (
         SELECT b.reader_id, count(*) AS labels
         FROM labels l JOIN label_events e USING (event_id) JOIN label_batches b USING (batch_id)
         GROUP BY b.reader_id) n USING (reader_id)
       ORDER BY r.reader_id`,
    )
    .all()
    .map((row) => ({ ...row, hasPassword: row.hasPassword === 1, isPresent: row.readerId === present }));
}

/** @throws FoveaError `not_found`. */
export function findReader(
  db: Database,
  readerId: number,
): { readerId: number; name: string; color: string } {
  const row = db
    .prepare<[number], { readerId: number; name: string; color: string }>(
      'SELECT reader_id AS readerId, name, color FROM readers WHERE reader_id = ?',
    )
    .get(readerId);
  if (row === undefined) {
    throw new FoveaError('not_found', 'There is no such reader.', { subject: String(readerId) });
  }
  return row;
}

/** Makes a reader; the colour is the next of the palette unless one is given. @throws FoveaError `conflict`, `invalid`. */
export function addReader(db: Database, name: string, color: string | undefined): number {
  requireFreeName(db, name);
  const count = db.prepare<[], number>('SELECT count(*) FROM readers').pluck().get()!;
  const { lastInsertRowid } = db
    .prepare('INSERT INTO readers (name, folded_name, color) VALUES (?, ?, ?)')
    .run(name.trim(), fold(name), color ?? CLASS_COLORS[count % CLASS_COLORS.length]!);
  return Number(lastInsertRowid);
}

/** Renames or recolours a reader; their labels keep to them. @throws FoveaError `not_found`, `conflict`, `invalid`. */
export function changeReader(
  db: Database,
  readerId: number,
  change: { readonly name?: string | undefined; readonly color?: string | undefined },
): void {
  const present = findReader(db, readerId);
  const name = change.name ?? present.name;
  requireFreeName(db, name, readerId);
  db.prepare('UPDATE readers SET name = ?, folded_name = ?, color = ? WHERE reader_id = ?').run(
    name.trim(),
    fold(name),
    change.color ?? present.color,
    readerId,
  );
}

/** From now on labels are this reader's; who asks has shown the password. @throws FoveaError `not_found`. */
export function choosePresentReader(db: Database, readerId: number): void {
  findReader(db, readerId);
  db.prepare(`INSERT OR REPLACE INTO settings (name, value) VALUES ('present_reader', ?)`).run(
    String(readerId),
  );
}

function requireFreeName(db: Database, name: string, readerId?: number): void {
  const length = name.trim().length;
  if (length === 0 || length > MAX_NAME_LENGTH) {
    throw new FoveaError('invalid', `A reader’s name has 1 to ${MAX_NAME_LENGTH} characters.`);
  }
  const other = db
    .prepare<[string], { reader_id: number; name: string }>(
      'SELECT reader_id, name FROM readers WHERE folded_name = ?',
    )
    .get(fold(name));
  if (other === undefined || other.reader_id === readerId) return;
  throw new FoveaError('conflict', `There is already a reader “${other.name}”.`, {
    subject: name,
    todo: 'Choose another name; upper and lower case count as the same.',
  });
}
