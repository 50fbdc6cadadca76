import type { LabelCheck } from '../../../shared/quality.ts';
import type { JobContext } from '../jobs/jobQueue.ts';
import { describeView } from '../library/libraryView.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import type { FoundErrors } from './labelErrors.worker.ts';
import { saveLabelErrors } from './labelErrorStore.ts';

/** Checks every label against the others, in a process of its own, and keeps the list of those in doubt. */
export async function runLabelErrorsJob(_params: object, context: JobContext): Promise<LabelCheck> {
  const { library, signal, report } = context;
  report({ phase: 'checking labels', done: 0, total: null });
  const worker = new WorkerProcess(new URL('./labelErrors.worker.ts', import.meta.url));
  try {
    const { checked, errors } = await worker.call<FoundErrors>('findLabelErrors', describeView(library), {
      signal,
      onNote: (note) => report({ phase: 'checking labels', ...(note as { done: number; total: number }) }),
    });
    await saveLabelErrors(library.db, errors);
    return { checked, doubted: errors.length };
  } finally {
    worker.kill();
  }
}
