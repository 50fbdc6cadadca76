import type { JobContext } from '../jobs/jobQueue.ts';
import { measureImages } from '../images/measureImages.ts';
import { describeView } from '../library/libraryView.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import type { FoundPairs, PairsNote } from './nearPairs.worker.ts';
import { savePairs } from './pairStore.ts';

export interface NearResult {
  readonly images: number;
  readonly pairs: number;
}

/** Measures what older versions left unmeasured, then compares every image with every other in a process of its own. */
export async function runNearDuplicatesJob(_params: object, context: JobContext): Promise<NearResult> {
  const { library, signal, report } = context;
  await measureImages(context);
  report({ phase: 'comparing hashes', done: 0, total: null });
  const worker = new WorkerProcess(new URL('./nearPairs.worker.ts', import.meta.url));
  try {
    const found = await worker.call<FoundPairs>('findNearPairs', describeView(library), {
      signal,
      onNote: (note) => report(note as PairsNote),
    });
    await savePairs(library.db, found);
    context.events.publish({ type: 'images.changed' });
    return { images: found.images, pairs: found.low.length };
  } finally {
    worker.kill();
  }
}
