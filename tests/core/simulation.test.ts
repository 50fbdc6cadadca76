import { describe, expect, it } from 'vitest';
import { findCrossing, meanScore, summariseRuns } from '../../src/main/core/simulation/summarise.ts';
import { drawReplay } from '../../src/main/core/simulation/drawReplay.ts';
import { readLearningSet } from '../../src/main/core/suggestions/learningSet.ts';
import type { SimulationResult } from '../../src/shared/simulation.ts';
import { makeDrawnLibrary } from '../support/labelledLibrary.ts';
import { finishJob, read, resultOf } from '../support/studio.ts';

describe('a simulation', () => {
  it('replays labelling with every strategy, the same from the same seeds', async () => {
    const { studio, api } = await makeDrawnLibrary(300, 300, 0.6);
    const json = {
      strategies: ['default', 'margin', 'cluster', 'diverse', 'entropy'] as const,
      ...{ start: 9, batch: 15, until: 69, seeds: 2 },
    };
    const run = async (): Promise<SimulationResult> =>
      resultOf<SimulationResult>(
        studio,
        (await read(api.simulations.$post({ json: { ...json, strategies: [...json.strategies] } }))).jobId,
      );
    const result = await run();
    // Random is what the others are measured by, so it is always there.
    expect(Object.keys(result.strategies).sort()).toEqual([
      'cluster',
      'default',
      'diverse',
      'entropy',
      'margin',
      'random',
    ]);
    expect(result).toMatchObject({ images: { pool: 240, test: 60 }, metric: 'accuracy', skew: 1 });
    expect(result.fullAccuracy).toBeGreaterThan(0.5);
    for (const { curve, auc } of Object.values(result.strategies)) {
      expect(curve.map(([labels]) => labels)).toEqual([9, 24, 39, 54, 69]);
      expect(auc).toBeCloseTo(meanScore(curve), 10);
    }
    expect(result.strategies.random!.deltaAuc).toEqual({ mean: 0, low: 0, high: 0 });
    expect({ ...(await run()), seconds: 0 }).toEqual({ ...result, seconds: 0 });
  });

  it('refuses a library with too few labels in a sentence, and can be cancelled', async () => {
    const few = await makeDrawnLibrary(60, 12);
    const { jobId } = await read(few.api.simulations.$post({ json: {} }));
    expect((await finishJob(few.studio, jobId)).problem).toMatchObject({
      code: 'invalid',
      detail: expect.stringContaining('12 labelled images') as string,
    });
    const many = await makeDrawnLibrary(400, 400);
    const long = await read(many.api.simulations.$post({ json: { seeds: 50, batch: 1, until: 300 } }));
    await read(many.api.jobs[':jobId'].cancel.$post({ param: { jobId: String(long.jobId) } }));
    expect(await finishJob(many.studio, long.jobId)).toMatchObject({ state: 'cancelled' });
  });

  it('never puts images of one group into pool and test, and thins classes out as asked', async () => {
    const library = await makeDrawnLibrary(300, 300);
    const { db } = library.studio.requireLibrary();
    const put = db.prepare('UPDATE files SET group_name = ? WHERE image_id = ?');
    for (const [i, imageId] of library.imageIds.entries()) put.run(`patient ${i % 30}`, imageId);
    const { images, labels } = readLearningSet(db);
    const { pool, test } = drawReplay(images, labels, { seed: 3, mostPool: 200, mostTest: 50, skew: 10 });
    const groups = new Set(Array.from(test, (place) => images[place]!.units[1]));
    expect(Array.from(pool).filter((place) => groups.has(images[place]!.units[1]!))).toEqual([]);
    const counts = [0, 0, 0];
    for (const place of pool) counts[labels[place]!]! += 1;
    const [least, , most] = counts.sort((a, b) => a - b);
    expect(most! / least!).toBeGreaterThan(8);
    expect(most! / least!).toBeLessThan(12.5);
  });
});

describe('the figures of curves', () => {
  it('find where a curve reaches a value, between its points', () => {
    expect(
      findCrossing(
        [
          [20, 0.5],
          [40, 0.7],
          [60, 0.9],
        ],
        0.8,
      ),
    ).toBeCloseTo(50);
    expect(findCrossing([[20, 0.5]], 0.4)).toBe(20);
    expect(
      findCrossing(
        [
          [20, 0.5],
          [40, 0.7],
        ],
        0.8,
      ),
    ).toBeNull();
  });

  it('compare with random seed by seed', () => {
    const seeds = [0, 0.1].map((harder) => ({
      full: 0.9 - harder,
      runs: [
        {
          name: 'random' as const,
          curve: [
            [10, 0.5 - harder],
            [20, 0.7 - harder],
          ] as const,
        },
        {
          name: 'margin' as const,
          curve: [
            [10, 0.5 - harder],
            [20, 0.8 - harder],
          ] as const,
        },
      ],
    }));
    const { margin } = summariseRuns(seeds);
    // Seeds differ by 10 points, and the difference within a seed by none: t of one degree of freedom times 0.
    expect(margin!.deltaAuc.mean).toBeCloseTo(0.05);
    expect(margin!.deltaAuc.low).toBeCloseTo(0.05);
    expect(margin!.deltaAuc.high).toBeCloseTo(0.05);
  });
});
