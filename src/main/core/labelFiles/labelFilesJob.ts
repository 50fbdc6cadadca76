import path from 'node:path';
import type { JobProgress } from '../../../shared/jobs.ts';
import type { LabelFileForm, LabelFilesResult } from '../../../shared/labelFiles.ts';
import { replaceFolderAtomic } from '../files/writeAtomic.ts';
import type { Selection } from '../images/selection.ts';
import type { JobContext } from '../jobs/jobQueue.ts';
import { describeView, type ViewedLibrary } from '../library/libraryView.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import { requireEmpty } from './labelTree.ts';

export interface LabelFilesParams {
  readonly form: LabelFileForm;
  /** Where to write; the library's own exports folder when absent. */
  readonly folder?: string | undefined;
  /** Name of the table inside the folder. */
  readonly name: string;
  /** Which labelled images; all when null. */
  readonly selection: Selection | null;
}

/** What the job's worker process is asked. */
export interface LabelFilesRequest extends LabelFilesParams {
  readonly view: ViewedLibrary;
  readonly folder: string;
}

/**
 * Writes labels out. A worker's work: a table of 100,000 rows takes longer than the core may be busy. A tree gets its
 * name once it is whole; what a cancelled one has left is taken away here, however its worker ended.
 */
export async function runLabelFilesJob(
  params: LabelFilesParams,
  context: JobContext,
): Promise<LabelFilesResult> {
  const folder = params.folder ?? ownFolder(context.library.folder, params.form);
  if (params.form === 'csv') return write({ ...params, folder }, context);
  await requireEmpty(folder);
  let result = null as LabelFilesResult | null;
  await replaceFolderAtomic(folder, async (temporary) => {
    result = { ...(await write({ ...params, folder: temporary }, context)), folder };
  });
  // The folder was filled, or replacing it has thrown.
  return result!;
}

async function write(
  params: LabelFilesParams & { readonly folder: string },
  { library, signal, report }: JobContext,
): Promise<LabelFilesResult> {
  const worker = new WorkerProcess(new URL('./labelFiles.worker.ts', import.meta.url));
  try {
    const request: LabelFilesRequest = { ...params, view: describeView(library) };
    const onNote = (note: unknown): void => report(note as JobProgress);
    return await worker.call<LabelFilesResult>('write', request, { signal, onNote });
  } finally {
    worker.kill();
  }
}

/** Inside the library: one table that is renewed, and a new folder for each tree. */
function ownFolder(library: string, form: LabelFileForm): string {
  const exports = path.join(library, 'exports');
  if (form === 'csv') return exports;
  return path.join(exports, `labels ${new Date().toISOString().replace(/[:.]/g, '-')}`);
}
