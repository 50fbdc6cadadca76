import { describe, expect, it } from 'vitest';
import type { LabelCheck } from '../../src/shared/quality.ts';
import { makeDrawnLibrary } from '../support/labelledLibrary.ts';
import { finishJob, read, resultOf } from '../support/studio.ts';

describe('doubted labels', () => {
  it('name flipped labels first, with neighbours of both classes, until one is corrected or kept', async () => {
    const { studio, api, imageIds, classIds, truth } = await makeDrawnLibrary(240, 240, 1.2);
    const flipped = imageIds.filter((_, i) => i % 20 === 0);
    for (const imageId of flipped) {
      const k = truth[imageIds.indexOf(imageId)]!;
      await read(api.labels.$post({ json: { imageIds: [imageId], classId: classIds[(k + 1) % 3]! } }));
    }
    const check = await read(api.quality['label-errors'].$post());
    expect(await resultOf<LabelCheck>(studio, check.jobId)).toMatchObject({ checked: 240 });
    const list = async () => (await read(api.quality['label-errors'].$get({ query: {} }))).errors;
    const errors = await list();
    const first = errors.slice(0, flipped.length).map(({ imageId }) => imageId);
    expect(first.filter((imageId) => flipped.includes(imageId)).length).toBeGreaterThan(flipped.length * 0.8);
    const [worst, second] = errors;
    for (const [neighbours, classId] of [
      [worst!.ownNeighbours, worst!.classId],
      [worst!.otherNeighbours, worst!.suggestedClassId],
    ] as const) {
      const { rows } = await read(api.images.rows.$post({ json: { imageIds: [...neighbours] } }));
      expect(rows.map((row) => row.classId)).toEqual([classId, classId, classId, classId]);
    }
    await read(api.quality['label-errors'].keep.$post({ json: { imageIds: [worst!.imageId] } }));
    await read(
      api.labels.$post({ json: { imageIds: [second!.imageId], classId: second!.suggestedClassId } }),
    );
    expect((await list()).map(({ imageId }) => imageId)).toEqual(
      errors.slice(2).map(({ imageId }) => imageId),
    );
    // Undo brings the label back, and the doubt with it.
    await read(api.labels.undo.$post());
    expect((await list())[0]!.imageId).toBe(second!.imageId);
  });

  it('are refused in a sentence while there are too few labels', async () => {
    const { studio, api } = await makeDrawnLibrary(30, 5);
    const { jobId } = await read(api.quality['label-errors'].$post());
    expect((await finishJob(studio, jobId)).problem).toMatchObject({ code: 'invalid' });
  });
});
