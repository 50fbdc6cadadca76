import type { QueueName, StrategyName } from '../../../shared/suggestions.ts';
import { chooseModelId } from '../images/store.ts';
import type { JobContext } from '../jobs/jobQueue.ts';
import { describeView } from '../library/libraryView.ts';
import { DEFAULT_SPLIT, ensureSplit, saveSplitMembers } from '../training/trainingSet.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import type { SuggestInput, SuggestOutput } from './suggest.worker.ts';
import { insertBatch } from './suggestionStore.ts';

export interface SuggestParams {
  readonly queue: QueueName;
  readonly strategy: StrategyName;
  readonly count: number;
  readonly seed: number;
}

export interface SuggestResult {
  readonly batchId: number;
}

/**
 * Chooses the next images to label, in a process of its own, and records the batch. Images that have no part of the
 * split yet get theirs first, and keep it.
 */
export async function runSuggestJob(params: SuggestParams, context: JobContext): Promise<SuggestResult> {
  const { library, signal, report } = context;
  report({ phase: 'choosing images', done: 0, total: null });
  const splitId = ensureSplit(library.db, DEFAULT_SPLIT);
  const worker = new WorkerProcess(new URL('./suggest.worker.ts', import.meta.url));
  try {
    const input: SuggestInput = { ...params, view: describeView(library), splitId };
    const output = await worker.call<SuggestOutput>('suggest', input, { signal });
    await saveSplitMembers(library.db, splitId, output.added, output.excluded);
    const batchId = insertBatch(library.db, params, output, chooseModelId(library.db, undefined) || null);
    context.events.publish({ type: 'suggestions.changed' });
    return { batchId };
  } finally {
    worker.kill();
  }
}
