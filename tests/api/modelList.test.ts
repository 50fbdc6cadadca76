import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../src/main/core/library/library.ts';
import '../support/backbones.ts';
import { makeLabelledStudio, train } from '../support/labelledStudio.ts';
import { read, type TestStudio } from '../support/studio.ts';

/** A library with two trained models on one split, the second hardly trained. */
async function makeTwoModels() {
  const test = await makeLabelledStudio();
  const first = await train(test, { recipe: 'one-click' });
  const second = await train(test, { recipe: 'paper', settings: { epochs: 1, learningRate: 1e-5 } });
  return { ...test, first, second };
}

const predictionOf = async ({ api }: TestStudio, imageId: number) =>
  (await read(api.images.rows.$post({ json: { imageIds: [imageId] } }))).rows[0]!.prediction;

describe('the list of models', () => {
  it('renames, notes, picks, compares, deletes, brings back and empties', { timeout: 60_000 }, async () => {
    const test = await makeTwoModels();
    const { api, first, second } = test;
    const list = () => read(api.models.$get());
    expect(await list()).toMatchObject({ picked: null, inUse: second, deleted: [] });

    await read(api.models[':modelId'].$patch({ param: { modelId: first }, json: { name: ' Best  ' } }));
    await read(api.models[':modelId'].$patch({ param: { modelId: first }, json: { note: 'for the talk' } }));
    const renamed = (await list()).models.find(({ modelId }) => modelId === first)!;
    expect(renamed).toMatchObject({ name: 'Best', note: 'for the talk' });
    expect(renamed.fingerprint).toMatch(/^[0-9a-f]{64}$/);

    // The gallery shows what the picked model says.
    const shown = await Promise.all(test.imageIds.slice(0, 40).map((id) => predictionOf(test, id)));
    await read(api.models['in-use'].$put({ json: { modelId: first } }));
    const picked = await Promise.all(test.imageIds.slice(0, 40).map((id) => predictionOf(test, id)));
    expect(picked).not.toEqual(shown);
    expect(await list()).toMatchObject({ picked: first, inUse: first });

    // A barely trained head is worse, by the images of the common test part.
    const query = { first: second, second: first };
    const compared = await read(api.models.comparison.$get({ query }));
    expect(compared).toMatchObject({ images: 120, units: 120, grouped: false, notes: [] });
    expect(compared.result!.interval[0]).toBeGreaterThan(0);
    expect(compared.result!.mcnemar).toBeLessThan(0.001);
    const { bothRight, onlyFirst, onlySecond, bothWrong } = compared.result!;
    expect(bothRight + onlyFirst + onlySecond + bothWrong).toBe(120);
    const accuracy = (await list()).models.map(({ testAccuracy }) => testAccuracy);
    expect([compared.first.accuracy, compared.second.accuracy]).toEqual(accuracy);

    await read(api.models[':modelId'].$delete({ param: { modelId: first } }));
    const after = await list();
    expect(after).toMatchObject({ picked: null, inUse: second, deleted: [{ modelId: first, name: 'Best' }] });
    expect(after.models.map(({ modelId }) => modelId)).toEqual([second]);
    expect((await api.models[':modelId'].$get({ param: { modelId: first } })).status).toBe(404);
    // Its folder is no stranger's.
    expect(JSON.stringify(await read(api.library.check.$post()))).not.toContain(first);
    await read(api.models[':modelId'].restore.$post({ param: { modelId: first } }));
    // It is in use again, as it was.
    expect(await list()).toMatchObject({ picked: first, deleted: [] });

    await read(api.models[':modelId'].$delete({ param: { modelId: second } }));
    expect(await read(api.models.empty.$post())).toEqual({ removed: 1 });
    expect(existsSync(path.join(test.library, 'models', second))).toBe(false);
    expect(existsSync(path.join(test.library, 'models', first))).toBe(true);
    const { db } = test.studio.requireLibrary();
    const left = db.prepare('SELECT DISTINCT model_id FROM predictions').pluck().all();
    expect(left).toEqual([first]);
    expect((await api.models[':modelId'].restore.$post({ param: { modelId: second } })).status).toBe(404);
  });

  it('counts only images that both models were tested on, and says so', { timeout: 60_000 }, async () => {
    const test = await makeTwoModels();
    const fractions = { train: 0.6, validation: 0.2, test: 0.2 };
    const other = await train(test, { recipe: 'one-click', split: { seed: 2, fractions } });
    const query = { first: test.first, second: other };
    const compared = await read(test.api.models.comparison.$get({ query }));
    expect(compared.images).toBeGreaterThan(5);
    expect(compared.images).toBeLessThan(60);
    expect(compared.notes.join(' ')).toContain(`${compared.images} of 120 and of 120`);

    // A label that changed since counts as it is today.
    const { db } = test.studio.requireLibrary();
    const common = db
      .prepare<[string, string], { image_id: number; class_id: number }>(
        `SELECT a.image_id, a.class_id FROM model_images a JOIN model_images b USING (image_id)
         WHERE a.model_id = ? AND b.model_id = ? AND a.part = 'test' AND b.part = 'test'`,
      )
      .all(test.first, other);
    const [one] = common;
    const classId = test.classIds.find((each) => each !== one!.class_id)!;
    await read(test.api.labels.$post({ json: { imageIds: [one!.image_id], classId } }));
    const again = await read(test.api.models.comparison.$get({ query }));
    expect(again.images).toBe(compared.images);
    expect(again.notes.join(' ')).toContain('1 images have another label');
  });

  it('forgets what was deleted a month ago when the library is opened', { timeout: 60_000 }, async () => {
    const test = await makeTwoModels();
    await read(test.api.models[':modelId'].$delete({ param: { modelId: test.first } }));
    await read(test.api.models[':modelId'].$delete({ param: { modelId: test.second } }));
    const { db } = test.studio.requireLibrary();
    db.prepare('UPDATE models SET deleted_at = ? WHERE model_id = ?').run(
      Date.now() - 31 * 86_400_000,
      test.first,
    );
    await test.studio.closeLibrary();
    const library = await openLibrary(test.library, { create: false, who: 'a test' });
    expect(library.db.prepare('SELECT model_id FROM models').pluck().all()).toEqual([test.second]);
    expect(existsSync(path.join(test.library, 'models', test.first))).toBe(false);
    library.close();
  });
});
