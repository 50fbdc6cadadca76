import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OutsideEvaluation } from '../../src/shared/evaluation.ts';
import '../support/backbones.ts';
import { drawClassFolders, drawTestImage } from '../support/drawImages.ts';
import { importFolder } from '../support/importFolder.ts';
import { finishJob, makeStudio, read, resultOf, type TestStudio } from '../support/studio.ts';

async function makeTrained(times = 1) {
  const test = await makeStudio();
  const pictures = path.join(test.folder, 'pictures');
  await drawClassFolders(pictures, { A: 15, B: 15 });
  await importFolder(test, pictures);
  const jobIds: number[] = [];
  for (let time = 0; time < times; time++) {
    jobIds.push((await read(test.api.training.$post({ json: { seed: 7 } }))).jobId);
  }
  const modelIds: string[] = [];
  for (const jobId of jobIds) {
    modelIds.push((await resultOf<{ modelId: string }>(test.studio, jobId)).modelId);
  }
  return { ...test, pictures, jobIds, modelIds };
}

const check = ({ api }: TestStudio) => read(api.library.check.$post());
const hashOf = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

/** Changes one byte in the middle of a file. */
async function alter(file: string): Promise<Buffer> {
  const before = await readFile(file);
  const bytes = Buffer.from(before);
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(file, bytes);
  return before;
}

describe('models', () => {
  it('asked for at once are trained one after another, and are the same for the same seed', async () => {
    const test = await makeTrained(2);
    const [first, second] = test.jobIds.map((jobId) => test.studio.requireJobs().find(jobId));
    expect(second!.startedAt).toBeGreaterThanOrEqual(first!.finishedAt!);
    const files = test.modelIds.map((modelId) => path.join(test.library, 'models', modelId, 'weights.bin'));
    const [one, two] = await Promise.all(files.map(hashOf));
    expect(one).toBe(two);
    expect(test.modelIds[0]).not.toBe(test.modelIds[1]);
  });

  it('and features and labels that were tampered with are found by a check', async () => {
    const test = await makeTrained();
    expect(await check(test)).toMatchObject({ ok: true, problems: [], notes: [] });
    const weights = path.join(test.library, 'models', test.modelIds[0]!, 'weights.bin');
    const before = await alter(weights);
    expect((await check(test)).problems.join()).toMatch(/The model .*weights\.bin/);
    await writeFile(weights, before);

    const [name] = await readdir(path.join(test.library, 'features'));
    await truncate(path.join(test.library, 'features', name!), 5000);
    expect((await check(test)).problems.join()).toMatch(/features of .* bytes short/);
    // The next import computes what is missing, and only that.
    await importFolder(test, test.pictures);
    expect(await check(test)).toMatchObject({ ok: true });

    await mkdir(path.join(test.library, 'models', 'stranger'));
    expect((await check(test)).notes.join()).toContain('stranger');
    const { db } = test.studio.requireLibrary();
    db.prepare('UPDATE label_events SET class_id = 2 WHERE event_id = 5').run();
    expect((await check(test)).problems.join()).toContain('altered at event 5');
  });

  it('are measured on an outside folder, with classes they do not know left out and said', async () => {
    const test = await makeTrained();
    const outside = path.join(test.folder, 'outside');
    await drawClassFolders(outside, { a: 4, B: 4 }, 40);
    await mkdir(path.join(outside, 'Unheard of'));
    await writeFile(path.join(outside, 'Unheard of', 'x.png'), await drawTestImage(5555));
    await writeFile(path.join(outside, 'B', 'broken.png'), 'not a picture');
    await writeFile(
      path.join(outside, 'B', 'seen.png'),
      await readFile(path.join(test.pictures, 'B/P1_0.png')),
    );
    const [modelId] = test.modelIds as [string];
    const { jobId } = await read(test.api.evaluations.$post({ json: { modelId, folder: outside } }));
    const result = await resultOf<OutsideEvaluation>(test.studio, jobId);
    expect(result).toMatchObject({ classes: ['A', 'B'], evaluation: { images: 9 } });
    expect(result.rejected).toMatchObject([{ path: 'B/broken.png', code: 'not_an_image' }]);
    expect(result.warnings.join(' ')).toContain('1 pictures of “Unheard of” were left out');
    expect(result.evaluation.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(9);
  });

  it('are never reported or exported over files of a person', async () => {
    const test = await makeTrained();
    const [modelId] = test.modelIds as [string];
    const folder = path.join(test.folder, 'mine');
    await mkdir(folder);
    await writeFile(path.join(folder, 'report.html'), 'my own page');
    const start = {
      report: () => read(test.api.reports.$post({ json: { modelId, folder } })),
      export: () => read(test.api.exports.$post({ json: { modelId, folder } })),
    };
    for (const begin of Object.values(start)) {
      const job = await finishJob(test.studio, (await begin()).jobId);
      expect(job).toMatchObject({ state: 'failed', problem: { code: 'conflict', subject: folder } });
    }
    expect(await readdir(folder)).toEqual(['report.html']);
    expect(await readFile(path.join(folder, 'report.html'), 'utf8')).toBe('my own page');

    // An earlier report is replaced.
    const own = path.join(test.folder, 'own');
    for (let time = 0; time < 2; time++) {
      const { jobId } = await read(test.api.reports.$post({ json: { modelId, folder: own } }));
      expect(await resultOf(test.studio, jobId)).toMatchObject({ folder: own });
    }
    expect((await readdir(own)).sort()).toEqual(['predictions.csv', 'report.html', 'report.json']);
  });
});
