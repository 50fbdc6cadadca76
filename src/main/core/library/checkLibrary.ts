import type { LibraryCheck } from '../../../shared/library.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import type { Library } from './library.ts';
import { describeView } from './libraryView.ts';

/** Examines an open library in a process of its own; see `examineLibrary`. */
export async function checkLibrary(library: Library): Promise<LibraryCheck> {
  const worker = new WorkerProcess(new URL('./check.worker.ts', import.meta.url));
  try {
    return await worker.call<LibraryCheck>('examine', describeView(library));
  } finally {
    worker.kill();
  }
}
