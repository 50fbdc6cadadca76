import path from 'node:path';
import type { JobProgress } from '../../../shared/jobs.ts';
import type { JobContext } from '../jobs/jobQueue.ts';
import type { Library } from '../library/library.ts';
import { describeView, type ViewedLibrary } from '../library/libraryView.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import { requireReportFolder } from './targetFolder.ts';

export interface ReportParams {
  readonly modelId: string;
  /** Where to write; the library's own reports folder when absent. */
  readonly folder?: string | undefined;
}

export interface ReportResult {
  readonly folder: string;
  /** Names inside the folder. */
  readonly files: readonly string[];
}

/** What the report's worker process is asked. */
export interface ReportRequest {
  readonly view: ViewedLibrary;
  readonly modelId: string;
  readonly outFolder: string;
}

/** The folder of a model's report inside its library. */
export function defaultReportFolder(library: Library, modelId: string): string {
  return path.join(library.folder, 'reports', modelId);
}

/** The report job. Gathering and writing 100,000 predictions takes longer than the core may be busy: a worker's work. */
export async function runReportJob(params: ReportParams, context: JobContext): Promise<ReportResult> {
  const { library, signal, report } = context;
  const folder = params.folder ?? defaultReportFolder(library, params.modelId);
  await requireReportFolder(folder);
  const worker = new WorkerProcess(new URL('./report.worker.ts', import.meta.url));
  try {
    const request: ReportRequest = {
      view: describeView(library),
      modelId: params.modelId,
      outFolder: folder,
    };
    const onNote = (note: unknown): void => report(note as JobProgress);
    const files = await worker.call<string[]>('write', request, { signal, onNote });
    return { folder, files };
  } finally {
    worker.kill();
  }
}
