import { setTimeout as wait } from 'node:timers/promises';
import { FoveaError, fromProblem } from '../../shared/errors.ts';
import { isFinished, type Job } from '../../shared/jobs.ts';
import { read, type Client } from './client.ts';
import type { CommandContext } from './command.ts';

const POLL_MS = 100;

/** A job that failed but still has something to print, such as which files were rejected. */
export class JobFailed extends FoveaError {
  readonly result: object | null;
  constructor(error: FoveaError, result: unknown) {
    super(error.code, error.message, {
      ...(error.subject === undefined ? {} : { subject: error.subject }),
      ...(error.todo === undefined ? {} : { todo: error.todo }),
    });
    this.result = typeof result === 'object' ? result : null;
  }
}

/**
 * Waits for a job, showing its progress. Ctrl+C cancels the job in the core first, so that the library is left
 * as after any cancelled job.
 * @returns the job's result. @throws FoveaError as the job failed, or `cancelled`.
 */
export async function followJob<Result>(
  client: Client,
  jobId: number,
  context: CommandContext,
): Promise<Result> {
  let cancelSent = false;
  for (;;) {
    const param = { jobId: String(jobId) };
    if (context.signal.aborted && !cancelSent) {
      cancelSent = true;
      await read(client.api.jobs[':jobId'].cancel.$post({ param }));
    }
    const job = (await read(client.api.jobs[':jobId'].$get({ param }))) as Job;
    if (job.progress !== null) context.output.progress(job.progress);
    if (isFinished(job.state)) {
      context.output.clearBar();
      if (job.state === 'done') return job.result as Result;
      if (job.problem !== null) throw new JobFailed(fromProblem(job.problem), job.result);
      if (job.state === 'cancelled') throw new FoveaError('cancelled', 'Cancelled.');
      throw new FoveaError('disconnected', 'The work was interrupted before it was done.', {
        todo: 'Run the command again; nothing that was saved before is lost.',
      });
    }
    await wait(POLL_MS);
  }
}
