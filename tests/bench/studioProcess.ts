import path from 'node:path';
import { read, startClient, type Client } from '../../src/main/cli/client.ts';
import { fromProblem } from '../../src/shared/errors.ts';
import { isFinished, type Job } from '../../src/shared/jobs.ts';

/** Runs something over a real core process with a fresh library, as the command line does. */
export async function withStudio<Result>(
  workFolder: string,
  name: string,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = await startClient('a benchmark');
  try {
    const library = path.join(workFolder, `${name}.fovea`);
    await read(client.api.library.open.$post({ json: { path: library, create: true } }));
    return await use(client);
  } finally {
    await client.close();
  }
}

/** Waits for a job of the core. @throws the FoveaError with which it failed. */
export async function waitForJob<Result>(client: Client, jobId: number): Promise<Result> {
  for (;;) {
    const job = (await read(client.api.jobs[':jobId'].$get({ param: { jobId: String(jobId) } }))) as Job;
    if (job.state === 'failed') throw fromProblem(job.problem);
    if (isFinished(job.state)) return job.result as Result;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function importFolder<Result>(client: Client, folder: string): Promise<Result> {
  const body = { folder, labels: { kind: 'folders' as const }, groups: { kind: 'none' as const } };
  const { jobId } = await read(client.api.import.$post({ json: body }));
  return waitForJob<Result>(client, jobId);
}
