import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { CLASS_COLORS, CLASS_KEYS, type ClassRow } from '../../../shared/labels.ts';

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
  description: string;
  state: ClassState['state'];
  image_count: number;
}

/** All that a person can change about a class, and what undo brings back. */
export interface ClassState {
  readonly name: string;
  readonly color: string;
  readonly key: string | null;
  readonly position: number;
  readonly description: string;
  readonly state: 'active' | 'archived' | 'deleted';
}

const toClass = (record: ClassRecord): ClassRow => ({
  classId: record.class_id,
  name: record.name,
  color: record.color,
  key: record.key,
  position: record.position,
  description: record.description,
  isArchived: record.state === 'archived',
  imageCount: record.image_count,
});

const SELECT_CLASSES = `SELECT c.class_id, c.name, c.color, c.key, c.position, c.description, c.state,
  (SELECT count(*) FROM labels l WHERE l.class_id = c.class_id) AS image_count FROM classes c`;

/** Every class but the deleted ones, in their order; archived ones are among them. */
export function listClasses(db: Database): ClassRow[] {
  return db
    .prepare<[], ClassRecord>(`${SELECT_CLASSES} WHERE c.state <> 'deleted' ORDER BY c.position, c.class_id`)
    .all()
    .map(toClass);
}

/** @throws FoveaError `not_found`, also for a deleted class. */
export function findClass(db: Database, classId: number): ClassRow {
  const record = db
    .prepare<[number], ClassRecord>(`${SELECT_CLASSES} WHERE c.class_id = ? AND c.state <> 'deleted'`)
    .get(classId);
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
 * Makes a class with the next free colour and key. Undo does not reach it: imports and tables make their classes so.
 * @throws FoveaError `conflict` for a name that is taken, `invalid` for an empty or overlong one.
 */
export function createClass(db: Database, name: string): ClassRow {
  requireFreeName(db, name);
  const { count, next } = db
    .prepare<[], { count: number; next: number }>(
      `SELECT count(*) AS count, coalesce(max(position) + 1, 0) AS next FROM classes WHERE state <> 'deleted'`,
    )
    .get()!;
  const color = CLASS_COLORS[count % CLASS_COLORS.length]!;
  const { lastInsertRowid } = db
    .prepare('INSERT INTO classes (name, folded_name, color, key, position) VALUES (?, ?, ?, ?, ?)')
    .run(name, foldName(name), color, findFreeKey(db), next);
  return findClass(db, Number(lastInsertRowid));
}

/** The first key that no class has, or null when all are given out. */
export function findFreeKey(db: Database): string | null {
  const used = new Set(db.prepare<[], string>('SELECT key FROM classes WHERE key IS NOT NULL').pluck().all());
  return [...CLASS_KEYS].find((each) => !used.has(each)) ?? null;
}

/** @throws FoveaError `conflict` when another class than `classId` has the name, `invalid` for no name. */
export function requireFreeName(db: Database, name: string, classId?: number): void {
  if (name.trim() === '') {
    throw new FoveaError('invalid', 'A class needs a name.', { todo: 'Type at least one letter.' });
  }
  if (name.length > MAX_NAME_LENGTH) {
    throw new FoveaError('invalid', `A class name has at most ${MAX_NAME_LENGTH} characters.`, {
      subject: name,
    });
  }
  const other = findClassByName(db, name);
  if (other === null || other.classId === classId) return;
  throw new FoveaError('conflict', `There is already a class “${other.name}”.`, {
    subject: name,
    todo: other.isArchived
      ? 'It is archived: take it out of the archive, or choose another name.'
      : 'Choose another name; upper and lower case count as the same.',
  });
}
