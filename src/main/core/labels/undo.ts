import type { Database } from 'better-sqlite3';
import { applyClassStates, readClassChanges } from './classChanges.ts';
import { openBatch, recordLabels, type LabelChange } from './labelEvents.ts';

/** States of a batch: done; undone (redo can bring it back); undone and given up by a later action. */
const DONE = 0;
const UNDONE = 1;
const GIVEN_UP = 2;

/** What undo reaches: actions of a reader on labels and classes, not the labels that an import read from folders. */
const UNDOABLE = `reverts IS NULL AND source IN ('reader', 'csv', 'prediction', 'spot-check', 'classes')`;

interface BatchRow {
  batch_id: number;
}

function nextToUndo(db: Database): number | null {
  const sql = `SELECT batch_id FROM label_batches WHERE ${UNDOABLE} AND is_undone = ${DONE} ORDER BY batch_id DESC LIMIT 1`;
  return db.prepare<[], BatchRow>(sql).get()?.batch_id ?? null;
}

function nextToRedo(db: Database): number | null {
  const sql = `SELECT batch_id FROM label_batches WHERE ${UNDOABLE} AND is_undone = ${UNDONE} ORDER BY batch_id LIMIT 1`;
  return db.prepare<[], BatchRow>(sql).get()?.batch_id ?? null;
}

export function canUndo(db: Database): boolean {
  return nextToUndo(db) !== null;
}

export function canRedo(db: Database): boolean {
  return nextToRedo(db) !== null;
}

/** A new action makes what was undone before it unreachable, as in every editor. */
export function giveUpRedo(db: Database): void {
  db.prepare(`UPDATE label_batches SET is_undone = ${GIVEN_UP} WHERE is_undone = ${UNDONE}`).run();
}

/** What undo or redo did; batch 0 when there was nothing to do. */
export interface Reverted {
  readonly batchId: number;
  /** Labels that changed. */
  readonly changed: number;
  readonly classesChanged: number;
}

/** Takes back the newest action of a reader. Works across restarts, since actions are rows. */
export function undoLabels(db: Database): Reverted {
  return revert(db, 'undo');
}

/** Brings back what the last undo took. */
export function redoLabels(db: Database): Reverted {
  return revert(db, 'redo');
}

/** How many labels the next undo or redo is about. */
export function countToRevert(db: Database, source: 'undo' | 'redo'): number {
  const target = source === 'undo' ? nextToUndo(db) : nextToRedo(db);
  return db
    .prepare<[number | null], number>('SELECT count(*) FROM label_events WHERE batch_id = ?')
    .pluck()
    .get(target)!;
}

function revert(db: Database, source: 'undo' | 'redo'): Reverted {
  const isUndo = source === 'undo';
  const column = isUndo ? 'previous_class_id' : 'class_id';
  return db
    .transaction(() => {
      const target = isUndo ? nextToUndo(db) : nextToRedo(db);
      if (target === null) return { batchId: 0, changed: 0, classesChanged: 0 };
      const changes = db
        .prepare<[number], LabelChange>(
          `SELECT image_id AS imageId, ${column} AS classId FROM label_events WHERE batch_id = ? ORDER BY event_id`,
        )
        .all(target);
      const batch = openBatch(db, { source, reverts: target });
      const { changed } = recordLabels(db, changes, batch);
      // After the labels, because a class that carries labels is not deleted.
      const states = readClassChanges(db, target, isUndo ? 'before' : 'after');
      const classesChanged = applyClassStates(db, batch.batchId, states);
      db.prepare('UPDATE label_batches SET is_undone = ? WHERE batch_id = ?').run(
        isUndo ? UNDONE : DONE,
        target,
      );
      return { batchId: batch.batchId, changed, classesChanged };
    })
    .immediate();
}
