import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import type { ClassRow, LabelBatch } from '../../../shared/labels.ts';
import { applyClassStates, readClassState, type ClassStates } from './classChanges.ts';
import {
  createClass,
  findClass,
  findFreeKey,
  listClasses,
  requireFreeName,
  type ClassState,
} from './classes.ts';
import { openBatch, recordLabels, type LabelChange } from './labelEvents.ts';
import { giveUpRedo } from './undo.ts';

// What a person does to the classes. Each is one action: one transaction, one undo.

export interface ClassChange {
  readonly name?: string | undefined;
  readonly color?: string | undefined;
  readonly key?: string | null | undefined;
  readonly description?: string | undefined;
  readonly isArchived?: boolean | undefined;
}

/** Makes a class. @throws FoveaError `conflict` for a name that is taken, `invalid`. */
export function addClass(db: Database, name: string, change: ClassChange): ClassRow {
  return db
    .transaction(() => {
      giveUpRedo(db);
      const { batchId } = openBatch(db, { source: 'classes' });
      const { classId } = createClass(db, name);
      const made = readClassState(db, classId)!;
      // Born deleted and then brought to life, so that undo has a state to go back to.
      db.prepare(
        `UPDATE classes SET state = 'deleted', key = NULL, folded_name = 'DELETED ' || class_id WHERE class_id = ?`,
      ).run(classId);
      applyClassStates(db, batchId, new Map([[classId, mergeChange(made, change)]]));
      return findClass(db, classId);
    })
    .immediate();
}

/**
 * Renames, describes, recolours, re-keys, archives or unarchives a class. A key taken from another class is taken away
 * from it; a class out of the archive gets the next free key.
 * @throws FoveaError `not_found`, `conflict` for a name that is taken, `invalid`.
 */
export function changeClass(db: Database, classId: number, change: ClassChange): ClassRow {
  return db
    .transaction(() => {
      const present = findClass(db, classId);
      if (change.name !== undefined) requireFreeName(db, change.name, classId);
      const next = mergeChange(readClassState(db, classId)!, change);
      const isBack = present.isArchived && next.state === 'active' && change.key === undefined;
      act(db, new Map([[classId, isBack ? { ...next, key: findFreeKey(db) } : next]]));
      return findClass(db, classId);
    })
    .immediate();
}

/** Puts classes into the given order; classes that are not named follow in their present one. */
export function orderClasses(db: Database, classIds: readonly number[]): ClassRow[] {
  return db
    .transaction(() => {
      const first = [...new Set(classIds)].map((classId) => findClass(db, classId).classId);
      const rest = listClasses(db).flatMap(({ classId }) => (first.includes(classId) ? [] : [classId]));
      act(
        db,
        new Map(
          [...first, ...rest].map((classId, position) => [
            classId,
            { ...readClassState(db, classId)!, position },
          ]),
        ),
      );
      return listClasses(db);
    })
    .immediate();
}

/** What becomes of the labels of a class that is deleted. */
export type LabelsFate =
  { readonly labels: 'clear' } | { readonly labels: 'move'; readonly intoClassId: number };

/**
 * Deletes a class and clears its labels or moves them to another class, which is how two classes are merged.
 * @returns the batch and how many labels changed.
 * @throws FoveaError `not_found`, `invalid` for a move into itself, `conflict` when it carries labels and `fate` is
 * null: a person must say what becomes of them.
 */
export function deleteClass(db: Database, classId: number, fate: LabelsFate | null): LabelBatch {
  return db
    .transaction(() => {
      const { name, imageCount } = findClass(db, classId);
      if (fate === null && imageCount > 0) {
        throw new FoveaError('conflict', `${imageCount} images carry the class “${name}”.`, {
          subject: name,
          todo: 'Say whether their labels are cleared or moved to another class.',
        });
      }
      const target = fate?.labels === 'move' ? findClass(db, fate.intoClassId).classId : null;
      if (target === classId) throw new FoveaError('invalid', 'A class cannot be merged into itself.');
      giveUpRedo(db);
      const batch = openBatch(db, { source: 'classes' });
      const changes = db
        .prepare<[number | null, number], LabelChange>(
          'SELECT image_id AS imageId, ? AS classId FROM labels WHERE class_id = ? ORDER BY image_id',
        )
        .all(target, classId);
      const { changed } = recordLabels(db, changes, batch);
      const state = { ...readClassState(db, classId)!, state: 'deleted' as const };
      applyClassStates(db, batch.batchId, new Map([[classId, state]]));
      return { batchId: batch.batchId, changed };
    })
    .immediate();
}

function act(db: Database, states: ClassStates): void {
  const isChange = [...states].some(
    ([classId, state]) => JSON.stringify(state) !== JSON.stringify(readClassState(db, classId)),
  );
  // An action that alters nothing leaves nothing to undo, and takes no redo away.
  if (!isChange) return;
  giveUpRedo(db);
  applyClassStates(db, openBatch(db, { source: 'classes' }).batchId, states);
}

function mergeChange(present: ClassState, change: ClassChange): ClassState {
  const { isArchived } = change;
  const state = isArchived === undefined ? present.state : isArchived ? 'archived' : 'active';
  const key = change.key === undefined ? present.key : change.key;
  return {
    name: change.name ?? present.name,
    color: change.color ?? present.color,
    key: state === 'active' ? key : null,
    position: present.position,
    description: change.description ?? present.description,
    state,
  };
}
