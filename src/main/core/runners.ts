import { runExportJob } from './exports/exportJob.ts';
import { runImportJob } from './images/importJob.ts';
import type { JobRunners } from './jobs/jobQueue.ts';
import { runLabelFilesJob } from './labelFiles/labelFilesJob.ts';
import { runMapJob, runMapPlaceJob } from './map/mapJob.ts';
import { runPaperJob } from './paper/paperJob.ts';
import { runEvaluateJob } from './predictions/evaluateJob.ts';
import { runNearDuplicatesJob } from './nearDuplicates/nearDuplicatesJob.ts';
import { runLabelErrorsJob } from './quality/labelErrorsJob.ts';
import { runRelinkJob } from './relink/relinkJob.ts';
import { runReportJob } from './reports/reportJob.ts';
import { runSampleJob } from './sample/sampleJob.ts';
import { runSimulateJob } from './simulation/simulateJob.ts';
import { runSuggestJob } from './suggestions/suggestJob.ts';
import { runTrainJob } from './training/trainJob.ts';

/** Which function does the work of which kind of job. */
export const jobRunners: JobRunners = {
  import: runImportJob,
  evaluate: runEvaluateJob,
  train: runTrainJob,
  report: runReportJob,
  export: runExportJob,
  sample: runSampleJob,
  simulate: runSimulateJob,
  paper: runPaperJob,
  suggest: runSuggestJob,
  'label-errors': runLabelErrorsJob,
  'near-duplicates': runNearDuplicatesJob,
  relink: runRelinkJob,
  'label-files': runLabelFilesJob,
  map: runMapJob,
  'map-place': runMapPlaceJob,
};
