import { describe, expect, it } from 'vitest';
import { ensureClass } from '../../src/main/core/labels/classes.ts';
import { addImages } from '../support/addImages.ts';
import { makeStudio, read } from '../support/studio.ts';

describe('saved filters', () => {
  it('are kept by name across a restart, replaced under the same name, and refused when they are none', async () => {
    const test = await makeStudio();
    const { filters } = test.api;
    await read(filters.$post({ json: { name: 'Doubtful', query: { unlabelled: '1', sort: 'confidence' } } }));
    await read(filters.$post({ json: { name: 'blurred', query: { sort: 'sharpness' } } }));
    const { filterId } = await read(filters.$post({ json: { name: 'DOUBTFUL ', query: { classId: '3' } } }));
    await test.studio.closeLibrary();
    await test.studio.openLibrary(test.library, false);
    expect((await read(filters.$get())).filters).toMatchObject([
      { name: 'blurred', query: { sort: 'sharpness' } },
      { filterId, name: 'DOUBTFUL', query: { classId: '3' } },
    ]);
    for (const query of [{ classId: 'x' }, { sort: 'colour' }, { nothing: '1' }] as Record<
      string,
      string
    >[]) {
      await expect(read(filters.$post({ json: { name: 'bad', query } }))).rejects.toMatchObject({
        code: 'invalid',
      });
    }
    const left = await read(filters[':filterId'].$delete({ param: { filterId: String(filterId) } }));
    expect(left.filters.map(({ name }) => name)).toEqual(['blurred']);
  });
});

describe('sorting', () => {
  it('by disagreement puts the surest contradictions first and what has no label or prediction last', async () => {
    const test = await makeStudio();
    const { db } = test.studio.requireLibrary();
    const ids = addImages(test, 6);
    const [a, b] = [ensureClass(db, 'A').classId, ensureClass(db, 'B').classId];
    await read(test.api.labels.$post({ json: { imageIds: ids.slice(0, 5), classId: a } }));
    const predict = db.prepare(`INSERT INTO predictions VALUES ('m', ?, ?, ?, x'')`);
    const said = [[a, 0.9], [b, 0.6], [b, 0.8], [a, 0.5]] as const; // prettier-ignore
    for (const [index, [classId, confidence]] of said.entries()) predict.run(ids[index], classId, confidence);
    predict.run(ids[5], b, 0.99);
    const query = { sort: 'disagreement' as const, modelId: 'm' };
    const { imageIds } = await read(test.api.images.list.$get({ query }));
    expect(imageIds).toEqual([ids[2], ids[1], ids[3], ids[0], ids[4], ids[5]]);
  });

  it('by contrast and saturation', async () => {
    const test = await makeStudio();
    const ids = addImages(test, 3);
    const set = test.studio
      .requireLibrary()
      .db.prepare('UPDATE images SET contrast = ?, saturation = ? WHERE image_id = ?');
    for (const [index, id] of ids.entries()) set.run([0.5, 0.1, 0.9][index], [0.3, 0.2, 0.1][index], id);
    const sorted = async (sort: 'contrast' | 'saturation') =>
      (await read(test.api.images.list.$get({ query: { sort } }))).imageIds;
    expect(await sorted('contrast')).toEqual([ids[1], ids[0], ids[2]]);
    expect(await sorted('saturation')).toEqual([ids[2], ids[1], ids[0]]);
  });
});
