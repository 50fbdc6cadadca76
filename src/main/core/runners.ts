import type { JobRunners } from './jobs/jobQueue.ts';

/** Which function does the work of which kind of job. */
export const jobRunners: JobRunners = {} as JobRunners;
