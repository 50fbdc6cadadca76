import type { Database } from 'better-sqlite3';
import { countSelection, resolveSelection, type Selection } from '../images/selection.ts';
import { findClass } from './classes.ts';
import { recordLabels, type LabelChange } from './labelEvents.ts';
import { listPredictedLabels } from './predictedLabels.ts';
import { closeCheck, findSpotCheck, labelsOfSpotCheck } from './spotChecks.ts';
import { countToRevert, giveUpRedo, redoLabels, undoLabels, type Reverted } from './undo.ts';

/**
 * One press of a person: label a selection (null clears), accept what a model says of it, label what a spot-check was
 * drawn from, undo, or redo.
 */
export type LabelAction =
  | { readonly kind: 'label'; readonly selection: Selection; readonly classId: number | null }
  | { readonly kind: 'accept'; readonly selection: Selection; readonly modelId: string }
  | { readonly kind: 'spot-check'; readonly checkId: number }
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' };

export type LabelOutcome = Reverted;

/** How many labels an action is about, counted up to `limit`; says whether it is quick enough to be done where it is asked. */
export function measureLabelAction(db: Database, action: LabelAction, limit: number): number {
  if (action.kind === 'spot-check') return findSpotCheck(db, action.checkId).population;
  if (action.kind === 'undo' || action.kind === 'redo') return countToRevert(db, action.kind);
  return countSelection(db, action.selection, limit);
}

/**
 * Does it, in one transaction and as one step of undo.
 * @throws FoveaError `not_found` for an unknown image, class or check, `invalid` for no or two ways of choosing images,
 * `conflict` for a check that is closed.
 */
export function performLabelAction(db: Database, action: LabelAction): LabelOutcome {
  if (action.kind === 'undo') return undoLabels(db);
  if (action.kind === 'redo') return redoLabels(db);
  return db
    .transaction(() => {
      giveUpRedo(db);
      const outcome = recordLabels(db, listChanges(db, action), { source: SOURCES[action.kind] });
      if (action.kind === 'spot-check') closeCheck(db, action.checkId, 'applied', outcome.batchId || null);
      return { ...outcome, classesChanged: 0 };
    })
    .immediate();
}

type Giving = Exclude<LabelAction, { readonly kind: 'undo' | 'redo' }>;

/** As what the history of labels shows each kind of action. */
const SOURCES = { label: 'reader', accept: 'prediction', 'spot-check': 'spot-check' } as const;

function listChanges(db: Database, action: Giving): LabelChange[] {
  if (action.kind === 'spot-check') return labelsOfSpotCheck(db, action.checkId);
  const imageIds = resolveSelection(db, action.selection);
  if (action.kind === 'accept') return listPredictedLabels(db, imageIds, action.modelId);
  const { classId } = action;
  if (classId !== null) findClass(db, classId);
  return imageIds.map((imageId) => ({ imageId, classId }));
}
