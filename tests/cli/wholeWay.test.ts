import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../support/backbones.ts';
import { runFovea, type FoveaRun } from '../support/runFovea.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

describe('the command line', () => {
  it('goes the whole way with drawn images and answers every question about the result', async () => {
    const folder = await makeTemporaryFolder();
    const env = { FOVEA_USER_DATA: path.join(folder, 'user-data') };
    const demo = await runFovea(['demo', '--out', path.join(folder, 'demo'), '--json'], { env });
    expect(demo.stderr + demo.stdout).toMatch(/./);
    expect(demo.code).toBe(0);
    const told = demo.json() as {
      library: string;
      images: string;
      report: string;
      web: string;
      imported: number;
      modelId: string;
      parity: object;
    };
    expect(told.imported).toBeGreaterThanOrEqual(240);
    expect(told.parity).toMatchObject({ images: 20, sameTop: 20 });
    await access(told.report);
    await access(path.join(told.web, 'index.html'));

    const run = (...args: string[]): Promise<FoveaRun> =>
      runFovea([...args, '--json', '--library', told.library], { env });
    const again = (await run('import', told.images, '--groups', 'regex:(P\\d+)')).json();
    expect(again).toMatchObject({
      found: told.imported,
      imported: told.imported,
      added: 0,
      duplicates: 0,
      rejected: [],
    });

    const trained = (await run('train', '--recipe', 'paper', '--seed', '7')).json();
    expect(trained).toMatchObject({ recipe: 'paper', split: { groupOverlap: 0, contentOverlap: 0 } });
    for (const key of ['modelId', 'engine', 'backbone', 'parameters', 'validation', 'test', 'seconds']) {
      expect(trained).toHaveProperty(key);
    }
    expect(((await run('models')).json() as { models: unknown[] }).models).toHaveLength(2);
    const other = (trained as { modelId: string }).modelId;
    expect((await run('models', 'rename', other, 'Paper seven')).json()).toMatchObject({
      name: 'Paper seven',
    });
    expect((await run('models', 'compare', told.modelId, 'Paper seven')).json()).toMatchObject({
      ...{ grouped: true, second: { modelId: other } },
      verdict: expect.stringMatching(/points \[/) as string,
    });
    expect((await run('models', 'use', told.modelId)).json()).toMatchObject({ picked: told.modelId });
    const map = path.join(folder, 'map.png');
    expect((await run('saliency', '--image', '1', '--out', map)).json()).toMatchObject({
      ...{ imageId: 1, modelId: told.modelId, method: 'class-map', file: map },
    });
    expect((await readFile(map)).subarray(1, 4).toString()).toBe('PNG');
    expect((await run('models', 'burn', other)).code).toBe(2);
    expect(((await run('classes')).json() as { classes: unknown[] }).classes.length).toBeGreaterThanOrEqual(
      4,
    );

    expect((await run('images', '--class', 'no such class')).json()).toMatchObject({
      error: { code: 'not_found', subject: 'no such class' },
    });

    const evaluated = (await run('evaluate', '--on', told.images, '--model', told.modelId)).json() as {
      test: { accuracy: number; images: number };
      classes: string[];
      confusion: number[][];
      seenInTraining: number;
    };
    expect(evaluated.test.images).toBe(told.imported);
    expect(evaluated.confusion.flat().reduce((a, b) => a + b)).toBe(told.imported);
    // Testing on what was trained on is possible but never passes in silence.
    expect(evaluated.seenInTraining).toBeGreaterThan(told.imported / 2);

    const byLibrary = (await run('predict', told.images, '--model', told.modelId)).json() as {
      predictions: Prediction[];
    };
    const csv = path.join(folder, 'predictions.csv');
    const byExport = (
      await runFovea(['predict', told.images, '--from', told.web, '--csv', csv, '--json'], { env })
    ).json() as {
      predictions: Prediction[];
    };
    expect(byExport.predictions).toHaveLength(told.imported);
    expect((await readFile(csv, 'utf8')).trim().split('\n')).toHaveLength(told.imported + 1);
    byLibrary.predictions.forEach((prediction, index) => {
      const other = byExport.predictions[index]!;
      expect(other.path).toBe(prediction.path);
      expect(other.class).toBe(prediction.class);
      expect(Math.abs(other.confidence - prediction.confidence)).toBeLessThan(1e-3);
    });

    expect((await run('check')).json()).toMatchObject({ ok: true, problems: [] });
    await access((await run('backup')).json()['file'] as string);

    const table = path.join(folder, 'labels.csv');
    const [first, second] = byLibrary.predictions;
    await writeFile(
      table,
      `path,class\n${first!.path},Renamed\n${second!.path},${second!.path.split('/')[0]}\nnowhere.png,X\n`,
    );
    expect((await run('label', '--csv', table)).json()).toMatchObject({
      labelled: 1,
      unchanged: 1,
      unknown: [expect.anything()],
    });
  }, 240_000);
});

interface Prediction {
  path: string;
  class: string;
  confidence: number;
}

describe('wrong usage and failures', () => {
  let folder: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'fovea-test-'));
    env = { FOVEA_USER_DATA: path.join(folder, 'user-data') };
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    [['nonsense'], 2],
    [['import'], 2],
    [['import', 'x', '--unknown'], 2],
    [['train', '--library', 'x', '--recipe', 'magic'], 2],
    [['import', 'x', '--library', 'y', '--labels', 'maybe'], 2],
    [['train', '--library', 'no-such-library'], 1],
  ])('%j ends with exit code %i and one JSON object', async (args, code) => {
    const run = await runFovea([...args, '--json'], { env, cwd: folder });
    expect(run.code).toBe(code);
    expect(run.json()).toMatchObject({
      error: { code: expect.any(String) as string, message: expect.stringMatching(/\w/) as string },
    });
    expect(run.stderr).not.toMatch(/\n\s+at /);
  });

  it('leaves a valid library when an import is cancelled with Ctrl+C, and goes on where it stopped', async () => {
    const pictures = path.join(folder, 'pictures', 'A');
    await mkdir(pictures, { recursive: true });
    const { drawTestImages } = await import('../support/drawImages.ts');
    await drawTestImages(pictures, 400);
    const library = path.join(folder, 'cancelled.fovea');
    const args = ['import', path.dirname(pictures), '--library', library, '--json'];
    const cancelled = await runFovea(args, { env, interruptAfterMs: 1600 });
    expect([130, 0]).toContain(cancelled.code);
    const finished = await runFovea(args, { env });
    expect(finished.code).toBe(0);
    expect(finished.json()).toMatchObject({ found: 400, imported: 400, rejected: [] });
    expect((await runFovea(['check', '--library', library, '--json'], { env })).json()).toMatchObject({
      ok: true,
    });
  }, 120_000);
});
