import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { read, startClient } from '../../src/main/cli/client.ts';
import { createApp } from '../../src/main/core/api.ts';
import { WorkerDied } from '../../src/main/core/workers/workerProcess.ts';
import { JobQueue, type JobRunners } from '../../src/main/core/jobs/jobQueue.ts';
import type { StudioEvent } from '../../src/shared/events.ts';
import { isFinished, type Job } from '../../src/shared/jobs.ts';
import '../support/backbones.ts';
import { drawClassFolders } from '../support/drawImages.ts';
import { finishJob, makeStudio, resultOf } from '../support/studio.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

describe('jobs', () => {
  it('run one after another; a waiting one can be cancelled, a running one ends before it is done', async () => {
    const test = await makeStudio();
    const folder = path.join(test.folder, 'pictures');
    await drawClassFolders(folder, { A: 150, B: 150 });
    const start = async () => (await read(test.api.import.$post({ json: { folder } }))).jobId;
    const [first, second, third] = [await start(), await start(), await start()];
    const jobs = test.studio.requireJobs();
    expect(jobs.find(second).state).toBe('queued');
    await expect(
      read(test.api.jobs[':jobId'].again.$post({ param: { jobId: String(second) } })),
    ).rejects.toMatchObject({ code: 'conflict' });
    await read(test.api.jobs[':jobId'].cancel.$post({ param: { jobId: String(second) } }));
    expect(jobs.find(second).state).toBe('cancelled');

    while ((jobs.find(first).progress?.done ?? 0) === 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await read(test.api.jobs[':jobId'].cancel.$post({ param: { jobId: String(first) } }));
    expect((await finishJob(test.studio, first)).state).toBe('cancelled');

    expect(await resultOf(test.studio, third)).toMatchObject({ found: 300, imported: 300 });
    expect(jobs.find(third).startedAt).toBeGreaterThanOrEqual(jobs.find(first).finishedAt!);
    const again = await read(test.api.jobs[':jobId'].again.$post({ param: { jobId: String(first) } }));
    expect(await resultOf(test.studio, again.jobId)).toMatchObject({ imported: 300, added: 0 });
  });

  it('whose process was ended from outside, or whose library was closed, are interrupted and can run again', async () => {
    const test = await makeStudio();
    const died: JobRunners[keyof JobRunners] = () => Promise.reject(new WorkerDied(false, 'SIGKILL'));
    const endless: JobRunners[keyof JobRunners] = (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    const library = test.studio.requireLibrary();
    const runners = { import: died, train: endless } as unknown as JobRunners;
    const queue = new JobQueue(library, test.studio.events, runners);
    const killed = queue.start('import', 'Killed', {});
    while (!isFinished(queue.find(killed.jobId).state)) await new Promise((resolve) => setImmediate(resolve));
    expect(queue.find(killed.jobId)).toMatchObject({
      state: 'interrupted',
      problem: { code: 'disconnected' },
    });
    expect(queue.startAgain(killed.jobId).jobId).toBeGreaterThan(killed.jobId);
    const running = queue.start('train', 'Running', {});
    const waiting = queue.start('train', 'Waiting', {});
    while (queue.find(running.jobId).state !== 'running')
      await new Promise((resolve) => setImmediate(resolve));
    await queue.close();
    expect([running, waiting].map(({ jobId }) => queue.find(jobId).state)).toEqual([
      'interrupted',
      'interrupted',
    ]);
  });

  it('and labels are told to every client', async () => {
    const test = await makeStudio();
    const answer = await createApp(test.studio).request('/api/events');
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    onTestFinished(() => reader.cancel());
    const seen: StudioEvent[] = [];
    const until = async (isMeant: (event: StudioEvent) => boolean): Promise<void> => {
      while (!seen.some(isMeant)) {
        const { value } = await reader.read();
        for (const line of (value ?? '').split('\n')) {
          if (line.startsWith('data: ')) seen.push(JSON.parse(line.slice(6)) as StudioEvent);
        }
      }
    };
    await until(({ type }) => type === 'library.changed');
    const folder = path.join(test.folder, 'pictures');
    await drawClassFolders(folder, { A: 2, B: 2 });
    const { jobId } = await read(test.api.import.$post({ json: { folder } }));
    await until(
      (event) => event.type === 'job.changed' && event.job.jobId === jobId && event.job.state === 'done',
    );
    seen.length = 0;
    await read(test.api.labels.$post({ json: { imageIds: [1], classId: 2 } }));
    await until(({ type }) => type === 'labels.changed');
  });
});

describe('a core that is killed during an import', () => {
  it('leaves the job interrupted, and run again it completes', async () => {
    const folder = await makeTemporaryFolder();
    process.env['FOVEA_USER_DATA'] = path.join(folder, 'user-data');
    const library = path.join(folder, 'a.fovea');
    const pictures = path.join(folder, 'pictures');
    await drawClassFolders(pictures, { A: 200, B: 200 });
    const first = await startClient('the first');
    onTestFinished(() => first.close());
    await read(first.api.library.open.$post({ json: { path: library, create: true } }));

    const second = await startClient('the second');
    onTestFinished(() => second.close());
    await expect(
      read(second.api.library.open.$post({ json: { path: library, create: false } })),
    ).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('the first') as string });

    const { jobId } = await read(first.api.import.$post({ json: { folder: pictures } }));
    const find = async (client: typeof first, id: number): Promise<Job> =>
      (await read(client.api.jobs[':jobId'].$get({ param: { jobId: String(id) } }))) as Job;
    while (((await find(first, jobId)).progress?.done ?? 0) === 0);
    process.kill((await read(first.api.health.$get())).pid, 'SIGKILL');

    await expect
      .poll(
        () => second.api.library.open.$post({ json: { path: library, create: false } }).then(({ ok }) => ok),
        { timeout: 5000 },
      )
      .toBe(true);
    expect(await find(second, jobId)).toMatchObject({ state: 'interrupted', problem: null });
    const again = await read(second.api.jobs[':jobId'].again.$post({ param: { jobId: String(jobId) } }));
    let job = await find(second, again.jobId);
    while (!isFinished(job.state)) job = await find(second, again.jobId);
    expect(job).toMatchObject({
      state: 'done',
      result: { found: 400, imported: 400, labelled: 400, rejected: [] },
    });
    expect(await read(second.api.library.check.$post())).toMatchObject({ ok: true });
  });
});
