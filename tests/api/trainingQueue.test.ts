import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelCard, Recipe } from '../../src/shared/training.ts';
import '../support/backbones.ts';
import { makeLabelledStudio, train } from '../support/labelledStudio.ts';
import { finishJob, read, resultOf } from '../support/studio.ts';

const ROUND = { timeout: 60_000 };

describe('recipes', ROUND, () => {
  it('are checked at the field, saved by name, and trained as they are', async () => {
    const test = await makeLabelledStudio();
    const { api } = test;
    const { recipes } = await read(api.training.recipes.$get());
    const paper = recipes.find(({ name }) => name === 'paper')! as unknown as Recipe & object;
    const check = async (changes: object) =>
      (await read(api.recipes.check.$post({ json: { recipe: { ...paper, ...changes } } }))).faults;
    expect(await check({})).toEqual([]);
    expect(await check({ epochs: 0.5, learningRate: -1, speed: 3 })).toMatchObject([
      { field: 'epochs', reason: expect.stringContaining('whole number') as string },
      { field: 'learningRate', reason: expect.stringContaining('above 0') as string },
      { field: 'speed', reason: expect.stringContaining('not a setting') as string },
    ]);

    const recipe = { ...paper, epochs: 2 };
    const { recipeId } = await read(api.recipes.$post({ json: { name: 'Quick', recipe } }));
    const replaced = await read(api.recipes.$post({ json: { name: 'QUICK', recipe } }));
    expect(replaced.recipeId).toBe(recipeId);
    expect((await read(api.recipes.$get())).recipes).toMatchObject([
      { name: 'QUICK', recipe: { epochs: 2 } },
    ]);
    expect((await api.recipes.$post({ json: { name: 'Bad', recipe: { ...paper, epochs: 0 } } })).status).toBe(
      422,
    );

    const modelId = await train(test, { recipe, recipeName: 'QUICK' });
    const card = (await read(api.models[':modelId'].$get({ param: { modelId } }))) as unknown as ModelCard;
    expect(card.name).toMatch(/^QUICK /);
    expect(card.recipe).toEqual(recipe);
    expect(card.curve).toHaveLength(2);
    await read(api.recipes[':recipeId'].$delete({ param: { recipeId: String(recipeId) } }));
    expect((await api.recipes[':recipeId'].$delete({ param: { recipeId: String(recipeId) } })).status).toBe(
      404,
    );
  });

  it('are told how long they will take once this machine was measured, and not before', async () => {
    const test = await makeLabelledStudio();
    const estimate = (epochs: number) =>
      read(test.api.training.estimate.$post({ json: { recipe: 'paper', settings: { epochs } } }));
    expect(await estimate(2)).toMatchObject({ missingFeatures: 0, featureSeconds: 0, totalSeconds: null });
    const modelId = await train(test, { recipe: 'paper', settings: { epochs: 2 } });
    const card = await read(test.api.models[':modelId'].$get({ param: { modelId } }));
    const same = await estimate(2);
    expect(same.headSeconds).toBeCloseTo(card.seconds.head + card.seconds.evaluation, 3);
    const longer = await estimate(20);
    expect(longer.headSeconds).toBeCloseTo(10 * card.seconds.head + card.seconds.evaluation, 3);
    expect(longer.totalSeconds).toBeGreaterThan(longer.headSeconds!);
    // Another backbone's features are missing, and nothing was measured from which to tell.
    const other = await read(
      test.api.training.estimate.$post({ json: { recipe: 'paper', resolution: 224 } }),
    );
    expect(other).toMatchObject({ missingFeatures: 600, featureSeconds: null, totalSeconds: null });
  });
});

describe('runs', ROUND, () => {
  it('wait in an order that can be changed', async () => {
    const test = await makeLabelledStudio();
    const start = async (seed: number) =>
      (await read(test.api.training.$post({ json: { recipe: 'paper', seed, settings: { epochs: 1 } } })))
        .jobId;
    const ids = [await start(1), await start(2), await start(3), await start(4)] as [
      number,
      number,
      number,
      number,
    ];
    const move = (jobId: number, to: 'first' | 'earlier' | 'later') =>
      read(test.api.jobs[':jobId'].move.$post({ param: { jobId: String(jobId) }, json: { to } }));
    expect(await move(ids[3], 'first')).toMatchObject({ state: 'queued', place: 0 });
    expect(await move(ids[1], 'later')).toMatchObject({ place: 2 });
    expect(await move(ids[1], 'earlier')).toMatchObject({ place: 1 });
    await read(test.api.jobs[':jobId'].cancel.$post({ param: { jobId: String(ids[2]) } }));
    // The one that runs is not moved.
    expect((await move(ids[0], 'later')).place).toBeUndefined();
    for (const jobId of ids) await finishJob(test.studio, jobId);
    const { jobs } = await read(test.api.jobs.$get());
    const done = jobs.filter(({ state }) => state === 'done').sort((a, b) => a.startedAt! - b.startedAt!);
    expect(done.map(({ jobId }) => jobId)).toEqual([ids[0], ids[3], ids[1]]);
    expect(
      (await test.api.jobs[':jobId'].move.$post({ param: { jobId: '999' }, json: { to: 'first' } })).status,
    ).toBe(404);
  });

  it('go on for more epochs to the very weights of one long run, while the data are the same', async () => {
    const test = await makeLabelledStudio();
    const short = await train(test, { recipe: 'paper', settings: { epochs: 2 } });
    const long = await train(test, { recipe: 'paper', settings: { epochs: 5 } });
    const goOn = async (modelId: string) =>
      (await read(test.api.training.continue.$post({ json: { modelId, epochs: 3 } }))).jobId;
    const { modelId } = await resultOf<{ modelId: string }>(test.studio, await goOn(short));
    const weights = (id: string) => readFile(path.join(test.library, 'models', id, 'weights.bin'));
    expect((await weights(modelId)).equals(await weights(long))).toBe(true);
    const card = await read(test.api.models[':modelId'].$get({ param: { modelId } }));
    expect(card.continues).toEqual({ modelId: short, epochs: 2 });
    expect(card.curve).toHaveLength(5);
    const { models } = await read(test.api.models.$get());
    expect(models.map(({ canContinue }) => canContinue)).toEqual([true, true, true]);

    // Not after other labels came, and not where there are no epochs.
    await read(
      test.api.labels.$post({ json: { imageIds: [test.imageIds[0]!], classId: test.classIds[1]! } }),
    );
    const refused = await finishJob(test.studio, await goOn(modelId));
    expect(refused).toMatchObject({ state: 'failed', problem: { code: 'conflict' } });
    const linear = await train(test, { recipe: 'one-click' });
    await expect(goOn(linear)).rejects.toMatchObject({ code: 'unsupported' });
  });
});
