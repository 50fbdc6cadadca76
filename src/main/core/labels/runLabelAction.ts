import { countSelection } from '../images/selection.ts';
import type { ReadingRow } from '../../../shared/labels.ts';
import type { Library } from '../library/library.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import {
  measureLabelAction,
  performLabelAction,
  type LabelAction,
  type LabelOutcome,
} from './labelActions.ts';
import { startReading, type ReadingPlan } from './readings.ts';
import { countAcceptable, drawSpotCheck, type CheckPlan } from './spotChecks.ts';

/** Up to this many labels are written within the 50 ms that the core may be busy. */
const QUICK = 1000;

/** The last action of each library. Actions wait for the one before, so that undo never overtakes what it undoes. */
const lastActions = new WeakMap<Library, Promise<unknown>>();

/** Does an action on labels; a large one in a process of its own, so that the core goes on answering. */
export function runLabelAction(library: Library, action: LabelAction): Promise<LabelOutcome> {
  return inTurn(library, async () =>
    measureLabelAction(library.db, action, QUICK + 1) <= QUICK
      ? performLabelAction(library.db, action)
      : callWorker<LabelOutcome>(library, 'perform', { action }),
  );
}

/** Draws a spot-check, after the actions before it; from many images in a process of its own. */
export function runSpotCheck(library: Library, plan: CheckPlan): Promise<number> {
  return inTurn(library, async () =>
    countSelection(library.db, plan.selection, QUICK + 1) <= QUICK
      ? drawSpotCheck(library.db, plan)
      : callWorker<number>(library, 'drawSpotCheck', { plan }),
  );
}

/** As `startReading`, after the actions before it; over many images in a process of its own. */
export function runStartReading(library: Library, plan: ReadingPlan): Promise<ReadingRow> {
  return inTurn(library, async () =>
    countSelection(library.db, plan.selection, QUICK + 1) <= QUICK
      ? startReading(library.db, plan)
      : callWorker<ReadingRow>(library, 'startReading', { plan }),
  );
}

/** As `countAcceptable`; over many images in a process of its own. */
export async function runCountAcceptable(
  library: Library,
  what: Parameters<typeof countAcceptable>[1],
): Promise<number[]> {
  return countSelection(library.db, what.selection, QUICK + 1) <= QUICK
    ? countAcceptable(library.db, what)
    : callWorker<number[]>(library, 'countAcceptable', what);
}

function inTurn<Result>(library: Library, work: () => Promise<Result>): Promise<Result> {
  const before = lastActions.get(library) ?? Promise.resolve();
  const mine = before.then(work, work);
  lastActions.set(library, mine);
  return mine;
}

async function callWorker<Result>(library: Library, method: string, input: object): Promise<Result> {
  const worker = new WorkerProcess(new URL('./bulkLabels.worker.ts', import.meta.url));
  try {
    return await worker.call<Result>(method, { databaseFile: library.db.name, ...input });
  } finally {
    await worker.close();
  }
}
