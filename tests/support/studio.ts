import path from 'node:path';
import { hc } from 'hono/client';
import { onTestFinished } from 'vitest';
import { createApp, type AppType } from '../../src/main/core/api.ts';
import { jobRunners } from '../../src/main/core/runners.ts';
import { Studio } from '../../src/main/core/studio.ts';
import { fromProblem } from '../../src/shared/errors.ts';
import { isFinished, type Job } from '../../src/shared/jobs.ts';
import { makeTemporaryFolder } from './temporary.ts';

export type Api = ReturnType<typeof hc<AppType>>['api'];

export interface TestStudio {
  readonly studio: Studio;
  readonly api: Api;
  /** For answers and bodies that are bytes. */
  readonly fetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;
  /** Folder of the test; the library is `<folder>/test.fovea`. */
  readonly folder: string;
  readonly library: string;
}

/** The whole API in this process over a real library in a temporary folder; nothing is faked. */
export async function makeStudio(options: { open?: boolean } = {}): Promise<TestStudio> {
  const folder = await makeTemporaryFolder();
  process.env['FOVEA_USER_DATA'] = path.join(folder, 'user-data');
  const studio = new Studio(jobRunners, 'a test');
  onTestFinished(() => studio.closeLibrary());
  const app = createApp(studio);
  const fetch: TestStudio['fetch'] = (input, init) => Promise.resolve(app.request(String(input), init));
  const { api } = hc<AppType>('http://core', { fetch });
  const library = path.join(folder, 'test.fovea');
  if (options.open !== false) await studio.openLibrary(library, true);
  return { studio, api, fetch, folder, library };
}

/** The JSON of a good answer; throws the FoveaError that a failed one describes. */
export async function read<Body>(answer: Promise<{ ok: boolean; json(): Promise<Body> }>): Promise<Body> {
  const response = await answer;
  if (!response.ok) throw fromProblem(await response.json());
  return response.json();
}

/** Waits until a job has ended, however it ended. */
export async function finishJob(studio: Studio, jobId: number): Promise<Job> {
  for (;;) {
    const job = studio.requireJobs().find(jobId);
    if (isFinished(job.state)) return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Waits for a job that must succeed and returns its result. */
export async function resultOf<Result>(studio: Studio, jobId: number): Promise<Result> {
  const job = await finishJob(studio, jobId);
  if (job.state !== 'done') throw new Error(`The job ended ${job.state}: ${JSON.stringify(job.problem)}`);
  return job.result as Result;
}
