import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import type { ClassRow } from '../../../shared/labels.ts';

/**
 * Twelve colours that people with any common colour blindness can tell apart (Paul Tol's "bright" and "muted"
 * schemes, with near twins left out). Colour is never the only signal: each class also has a key and its name.
 */
export const CLASS_COLORS = [
  '#4477aa',
  '#ee6677',
  '#228833',
  '#ccbb44',
  '#66ccee',
  '#aa3377',
  '#999933',
  '#882255',
  '#44aa99',
  '#ddcc77',
  '#332288',
  '#cc6677',
] as const;

/** Keys in the order they are given out: digits, then letters that no command uses. */
const CLASS_KEYS = '1234567890qwertyiopasdfghjklzxcvbnm';

/** The longest class name, in characters; folder names on disk may have up to 255 bytes. */
const MAX_NAME_LENGTH = 255;

/** Two spellings that mean the same class: case and Unicode composition do not matter. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

interface ClassRecord {
  class_id: number;
  name: string;
  color: string;
  key: string | null;
  position: number;
  image_count: number;
}

const toClass = (record: ClassRecord): ClassRow => ({
  classId: record.class_id,
  name: record.name,
  color: record.color,
  key: record.key,
  position: record.position,
  imageCount: record.image_count,
});

const SELECT_CLASSES = `SELECT c.class_id, c.name, c.color, c.key, c.position,
  (SELECT count(*) FROM labels l WHERE l.class_id = c.class_id) AS image_count FROM classes c`;

export function listClasses(db: Database): ClassRow[] {
  return db.prepare<[], ClassRecord>(`${SELECT_CLASSES} ORDER BY c.position, c.class_id`).all().map(toClass);
}

/** @throws FoveaError `not_found`. */
export function findClass(db: Database, classId: number): ClassRow {
  const record = db.prepare<[number], ClassRecord>(`${SELECT_CLASSES} WHERE c.class_id = ?`).get(classId);
  if (record === undefined)
    throw new FoveaError('not_found', 'There is no such class.', { subject: String(classId) });
  return toClass(record);
}

export function findClassByName(db: Database, name: string): ClassRow | null {
  const record = db
    .prepare<[string], ClassRecord>(`${SELECT_CLASSES} WHERE c.folded_name = ?`)
    .get(foldName(name));
  return record === undefined ? null : toClass(record);
}

/** The class of that name, made when there is none; names differ by more than case. */
export function ensureClass(db: Database, name: string): ClassRow {
  return findClassByName(db, name) ?? createClass(db, name);
}

/**
 * Makes a class with the next free colour and key.
 * @throws FoveaError `conflict` for a name that is taken, `invalid` for an empty or overlong one.
 */
export function createClass(db: Database, name: string): ClassRow {
  checkName(name);
  const existing = findClassByName(db, name);
  if (existing !== null) throw nameTaken(name, existing.name);
  const taken = db.prepare<[], { key: string | null }>('SELECT key FROM classes').all();
  const used = new Set(taken.map((row) => row.key));
  const key = [...CLASS_KEYS].find((each) => !used.has(each)) ?? null;
  const color = CLASS_COLORS[taken.length % CLASS_COLORS.length]!;
  const { lastInsertRowid } = db
    .prepare('INSERT INTO classes (name, folded_name, color, key, position) VALUES (?, ?, ?, ?, ?)')
    .run(name, foldName(name), color, key, taken.length);
  return findClass(db, Number(lastInsertRowid));
}

export interface ClassChange {
  readonly name?: string | undefined;
  readonly color?: string | undefined;
  readonly key?: string | null | undefined;
}

/** Renames, recolours or re-keys a class. A key taken from another class is taken away from it. */
export function changeClass(db: Database, classId: number, change: ClassChange): ClassRow {
  return db.transaction(() => {
    const present = findClass(db, classId);
    const name = change.name ?? present.name;
    checkName(name);
    const other = findClassByName(db, name);
    if (other !== null && other.classId !== classId) throw nameTaken(name, other.name);
    const key = change.key === undefined ? present.key : change.key;
    if (key !== null)
      db.prepare('UPDATE classes SET key = NULL WHERE key = ? AND class_id <> ?').run(key, classId);
    db.prepare('UPDATE classes SET name = ?, folded_name = ?, color = ?, key = ? WHERE class_id = ?').run(
      name,
      foldName(name),
      change.color ?? present.color,
      key,
      classId,
    );
    return findClass(db, classId);
  })();
}

function checkName(name: string): void {
  if (name.trim() === '') {
    throw new FoveaError('invalid', 'A class needs a name.', { todo: 'Type at least one letter.' });
  }
  if (name.length > MAX_NAME_LENGTH) {
    throw new FoveaError('invalid', `A class name has at most ${MAX_NAME_LENGTH} characters.`, {
      subject: name,
    });
  }
}

function nameTaken(name: string, existing: string): FoveaError {
  return new FoveaError('conflict', `There is already a class “${existing}”.`, {
    subject: name,
    todo: 'Choose another name; upper and lower case count as the same.',
  });
}
