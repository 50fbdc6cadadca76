import type { Library } from '../library/library.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import {
  measureLabelAction,
  performLabelAction,
  type LabelAction,
  type LabelOutcome,
} from './labelActions.ts';

/** Up to this many labels are written within the 50 ms that the core may be busy. */
const QUICK = 1000;

/** The last action of each library. Actions wait for the one before, so that undo never overtakes what it undoes. */
const lastActions = new WeakMap<Library, Promise<unknown>>();

/** Does an action on labels; a large one in a process of its own, so that the core goes on answering. */
export function runLabelAction(library: Library, action: LabelAction): Promise<LabelOutcome> {
  const before = lastActions.get(library) ?? Promise.resolve();
  const mine = before.then(
    () => perform(library, action),
    () => perform(library, action),
  );
  lastActions.set(library, mine);
  return mine;
}

async function perform(library: Library, action: LabelAction): Promise<LabelOutcome> {
  if (measureLabelAction(library.db, action) <= QUICK) return performLabelAction(library.db, action);
  const worker = new WorkerProcess(new URL('./bulkLabels.worker.ts', import.meta.url));
  try {
    return await worker.call<LabelOutcome>('perform', { databaseFile: library.db.name, action });
  } finally {
    await worker.close();
  }
}
