import { describe, expect, it } from 'vitest';
import { STRATEGY_NAMES } from '../../src/shared/suggestions.ts';
import { addFeatures } from '../support/addFeatures.ts';
import { addImages } from '../support/addImages.ts';
import { labelTruly, makeDrawnLibrary, suggestBatch, type DrawnLibrary } from '../support/labelledLibrary.ts';
import { finishJob, makeStudio, read } from '../support/studio.ts';
import type { TrainingPlan } from '../../src/main/core/training/planTraining.ts';
import { planTraining } from '../../src/main/core/training/planTraining.ts';
import { ensureSplit } from '../../src/main/core/training/trainingSet.ts';
import { featureKeyOf } from '../../src/main/core/features/prepareGraph.ts';

const FRACTIONS = { train: 0.6, validation: 0.2, test: 0.2 };

function plan({ studio }: DrawnLibrary, seed: number): TrainingPlan {
  const { db } = studio.requireLibrary();
  const settings = { seed, fractions: FRACTIONS };
  const featureKey = featureKeyOf({ backbone: 'mobilenet_v2', width: 1, resolution: 160 });
  return planTraining(db, { splitId: ensureSplit(db, settings), settings, featureKey });
}

describe('what is suggested', () => {
  it('is never an image that a model is judged on, in any split, whatever the strategy', async () => {
    const library = await makeDrawnLibrary(240, 40);
    const chosen = new Set<number>();
    for (const strategy of STRATEGY_NAMES) {
      const batch = await suggestBatch(library, { strategy, count: 8 });
      expect(batch.images).toHaveLength(8);
      for (const { imageId, reason } of batch.images) {
        expect(reason).not.toBe('');
        chosen.add(imageId);
      }
      await labelTruly(
        library,
        batch.images.map(({ imageId }) => imageId),
      );
    }
    expect(chosen.size).toBe(48);
    // The split that trainings use unless asked, and others that are drawn only now.
    for (const seed of [1, 2, 3]) {
      const judged = plan(library, seed).placed.filter(({ part }) => part === 'test');
      expect(judged.length).toBeGreaterThan(0);
      expect(judged.filter(({ imageId }) => chosen.has(imageId))).toEqual([]);
    }
  });

  it('keeps a whole group away from what teaches when the group is tested', async () => {
    const library = await makeDrawnLibrary(120, 0);
    const { db } = library.studio.requireLibrary();
    // Twelve patients of ten images.
    const put = db.prepare('UPDATE files SET group_name = ? WHERE image_id = ?');
    for (const [i, imageId] of library.imageIds.entries()) put.run(`patient ${i % 12}`, imageId);
    const groupOf = (imageId: number): number => library.imageIds.indexOf(imageId) % 12;
    const teach = await suggestBatch(library, { count: 40 });
    const measure = await suggestBatch(library, { queue: 'measure', count: 40 });
    const taught = new Set(teach.images.map(({ imageId }) => groupOf(imageId)));
    const measured = new Set(measure.images.map(({ imageId }) => groupOf(imageId)));
    expect(taught.size).toBeGreaterThan(2);
    expect([...measured].filter((group) => taught.has(group))).toEqual([]);
  });

  it('begins with clusters while there are no labels, goes on with doubts, and says why', async () => {
    const library = await makeDrawnLibrary(150, 0);
    const first = await suggestBatch(library, { count: 10 });
    expect(first).toMatchObject({ used: 'cluster', labels: 0, score: null, advice: null });
    expect(first.images[0]!.reason).toMatch(/^first image of an unlabelled cluster of \d+$/);
    await labelTruly(
      library,
      first.images.map(({ imageId }) => imageId),
    );
    const measure = await suggestBatch(library, { queue: 'measure', count: 20 });
    expect(measure.measureMore).toBe(2401);
    await labelTruly(
      library,
      measure.images.map(({ imageId }) => imageId),
    );
    const second = await suggestBatch(library, { count: 10 });
    expect(second).toMatchObject({ used: 'spread', labels: 10 });
    expect(second.score!.images).toBeGreaterThan(0);
    const between = second.images.filter(({ reason }) => /between \w+ and \w+, \d+ : \d+$/.test(reason));
    expect(between.length).toBeGreaterThan(0);
    for (const { margin } of second.images) expect(margin).toBeLessThanOrEqual(1);
    const { batches } = await read(library.api.suggestions.$get());
    expect(batches.map(({ queue, images, labelled }) => [queue, images, labelled])).toEqual([
      ['teach', 10, 0],
      ['measure', 20, 20],
      ['teach', 10, 10],
    ]);
  });

  it('is the same from the same seed', async () => {
    const library = await makeDrawnLibrary(150, 30);
    const [one, two] = [
      await suggestBatch(library, { count: 10, seed: 5 }),
      await suggestBatch(library, { count: 10, seed: 5 }),
    ];
    expect(two.images).toEqual(one.images);
  });

  it('works with one class only, with fewer than ten images, and with images that are all alike', async () => {
    const oneClass = await makeDrawnLibrary(60, 0);
    await read(
      oneClass.api.labels.$post({
        json: { imageIds: oneClass.imageIds.slice(0, 9), classId: oneClass.classIds[0]! },
      }),
    );
    expect(await suggestBatch(oneClass, { count: 5 })).toMatchObject({ used: 'cluster' });

    const few = await makeDrawnLibrary(6, 0);
    const batch = await suggestBatch(few, { count: 20 });
    expect(batch.images.length).toBeGreaterThan(0);
    expect(batch.images.length).toBeLessThan(6);

    const alike = await makeStudio();
    const imageIds = addImages(alike, 40);
    await addFeatures(alike.studio.requireLibrary(), imageIds, new Float32Array(40 * 8).fill(1.5), 8);
    for (const strategy of STRATEGY_NAMES) {
      const { images } = await suggestBatch(alike, { strategy, count: 7 });
      expect(new Set(images.map(({ imageId }) => imageId)).size).toBe(7);
    }
  });

  it('refuses with a sentence where there is nothing to compare by', async () => {
    const bare = await makeStudio();
    addImages(bare, 20);
    const ask = async (made: typeof bare): Promise<unknown> => {
      const { jobId } = await read(made.api.suggestions.$post({ json: {} }));
      return (await finishJob(made.studio, jobId)).problem;
    };
    expect(await ask(bare)).toMatchObject({
      code: 'invalid',
      detail: expect.stringContaining('features') as string,
    });

    const broken = await makeStudio();
    const features = new Float32Array(20 * 8).fill(1);
    features[11] = NaN;
    await addFeatures(broken.studio.requireLibrary(), addImages(broken, 20), features, 8);
    expect(await ask(broken)).toMatchObject({
      code: 'corrupt',
      detail: expect.stringContaining('not numbers') as string,
    });

    const done = await makeDrawnLibrary(30, 30);
    expect(await ask(done)).toMatchObject({
      code: 'invalid',
      detail: expect.stringContaining('Every image is labelled') as string,
    });
  });
});
