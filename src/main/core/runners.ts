import { runExportJob } from './exports/exportJob.ts';
import { runImportJob } from './images/importJob.ts';
import type { PictureMaker } from './images/pictures.ts';
import type { JobRunners } from './jobs/jobQueue.ts';
import { runEvaluateJob } from './predictions/evaluateJob.ts';
import { runReportJob, type ReportParams } from './reports/reportJob.ts';
import { runSampleJob } from './sample/sampleJob.ts';
import { runTrainJob } from './training/trainJob.ts';

/** Which function does the work of which kind of job. */
export function makeJobRunners(pictures: PictureMaker): JobRunners {
  return {
    import: runImportJob,
    evaluate: runEvaluateJob,
    train: runTrainJob,
    report: (params: ReportParams, context) => runReportJob(params, context, pictures),
    export: runExportJob,
    sample: runSampleJob,
  };
}
