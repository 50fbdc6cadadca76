import type { Database } from 'better-sqlite3';
import { countSelection, resolveSelection, type Selection } from '../images/selection.ts';
import { findClass } from './classes.ts';
import { recordLabels } from './labelEvents.ts';
import { countToRevert, giveUpRedo, redoLabels, undoLabels, type Reverted } from './undo.ts';

/** One press of a person: label a selection (null clears), undo, or redo. */
export type LabelAction =
  | { readonly kind: 'label'; readonly selection: Selection; readonly classId: number | null }
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' };

export type LabelOutcome = Reverted;

/** How many labels an action is about, at most; says whether it is quick enough to be done where it is asked. */
export function measureLabelAction(db: Database, action: LabelAction): number {
  return action.kind === 'label' ? countSelection(db, action.selection) : countToRevert(db, action.kind);
}

/**
 * Does it, in one transaction and as one step of undo.
 * @throws FoveaError `not_found` for an unknown image or class, `invalid` for no or two ways of choosing images.
 */
export function performLabelAction(db: Database, action: LabelAction): LabelOutcome {
  if (action.kind === 'undo') return undoLabels(db);
  if (action.kind === 'redo') return redoLabels(db);
  const { selection, classId } = action;
  return db
    .transaction(() => {
      if (classId !== null) findClass(db, classId);
      giveUpRedo(db);
      const changes = resolveSelection(db, selection).map((imageId) => ({ imageId, classId }));
      return { ...recordLabels(db, changes, { source: 'reader' }), classesChanged: 0 };
    })
    .immediate();
}
