import type { Database } from 'better-sqlite3';
import { findClassByName, foldName, type ClassState } from './classes.ts';

/** Which classes become what. */
export type ClassStates = ReadonlyMap<number, ClassState>;

/** The state of a class, deleted or not; null when there never was one of this id. */
export function readClassState(db: Database, classId: number): ClassState | null {
  return (
    db
      .prepare<[number], ClassState>(
        'SELECT name, color, key, position, description, state FROM classes WHERE class_id = ?',
      )
      .get(classId) ?? null
  );
}

/**
 * Brings classes to the given states under a batch and notes before and after, inside the caller's transaction. A key
 * given here is taken from any other class. A class that still carries labels is not deleted. A name that another
 * class has taken since (an import can, between an action and its undo) is altered by a number.
 * @returns how many classes changed.
 */
export function applyClassStates(db: Database, batchId: number, wanted: ClassStates): number {
  const states = new Map([...takeKeys(db, wanted)].filter((entry) => isPossible(db, ...entry)));
  const before = new Map([...states.keys()].map((classId) => [classId, readClassState(db, classId)!]));
  // Names and keys are let go before they are given out: two classes may swap them.
  const release = db.prepare(
    `UPDATE classes SET key = NULL, folded_name = 'MOVING ' || class_id WHERE class_id = ?`,
  );
  for (const classId of states.keys()) release.run(classId);
  const update = db.prepare(
    `UPDATE classes SET name = ?, folded_name = ?, color = ?, key = ?, position = ?, description = ?, state = ?
     WHERE class_id = ?`,
  );
  const note = db.prepare(
    'INSERT INTO class_changes (batch_id, class_id, before, after) VALUES (?, ?, ?, ?)',
  );
  let changed = 0;
  for (const [classId, state] of states) {
    const isDeleted = state.state === 'deleted';
    const name = isDeleted ? state.name : findFreeName(db, state.name);
    const folded = isDeleted ? `DELETED ${classId}` : foldName(name);
    const key = state.state === 'active' ? state.key : null;
    update.run(name, folded, state.color, key, state.position, state.description, state.state, classId);
    const after = JSON.stringify(readClassState(db, classId));
    const was = JSON.stringify(before.get(classId));
    if (after === was) continue;
    note.run(batchId, classId, was, after);
    changed += 1;
  }
  return changed;
}

/** The states that a batch changed, as they were before it or after it. */
export function readClassChanges(db: Database, batchId: number, side: 'before' | 'after'): ClassStates {
  const rows = db.prepare<[number], { class_id: number; state: string }>(
    `SELECT class_id, ${side} AS state FROM class_changes WHERE batch_id = ? ORDER BY change_id`,
  );
  return new Map(rows.all(batchId).map(({ class_id, state }) => [class_id, JSON.parse(state) as ClassState]));
}

/** Puts the classes that lose their key to one of those given before these. */
function takeKeys(db: Database, wanted: ClassStates): ClassStates {
  const losers = new Map<number, ClassState>();
  const holder = db.prepare<[string], number>('SELECT class_id FROM classes WHERE key = ?').pluck();
  for (const { key, state } of wanted.values()) {
    const holderId = key === null || state !== 'active' ? undefined : holder.get(key);
    if (holderId === undefined || wanted.has(holderId)) continue;
    losers.set(holderId, { ...readClassState(db, holderId)!, key: null });
  }
  return new Map([...losers, ...wanted]);
}

function isPossible(db: Database, classId: number, { state }: ClassState): boolean {
  if (state !== 'deleted') return true;
  return db.prepare('SELECT 1 FROM labels WHERE class_id = ? LIMIT 1').get(classId) === undefined;
}

function findFreeName(db: Database, name: string): string {
  let free = name;
  for (let number = 2; findClassByName(db, free) !== null; number += 1) free = `${name} (${number})`;
  return free;
}
