import { runImportJob } from './images/importJob.ts';
import type { PictureMaker } from './images/pictures.ts';
import type { JobRunners } from './jobs/jobQueue.ts';

export function makeJobRunners(_pictures: PictureMaker): JobRunners {
  return { import: runImportJob } as unknown as JobRunners;
}
