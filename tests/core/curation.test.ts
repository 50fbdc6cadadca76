import { describe, expect, it } from 'vitest';
import { ensureClass } from '../../src/main/core/labels/classes.ts';
import { listUsedClasses, readLabelledImages } from '../../src/main/core/training/trainingSet.ts';
import { addImages } from '../support/addImages.ts';
import { makeStudio, read } from '../support/studio.ts';

describe('tags and notes', () => {
  it('are put on a selection or on all that match a query, filtered by, renamed and taken away', async () => {
    const test = await makeStudio();
    const { api } = test;
    const ids = addImages(test, 12);
    const first = await read(api.tags.add.$post({ json: { name: 'Fold', imageIds: ids.slice(0, 3) } }));
    const { tagId } = first.tags[0]!;
    expect(first).toMatchObject({ changed: 3, tags: [{ name: 'Fold', imageCount: 3 }] });
    // Paths 1.png, 10.png and 11.png; the first of them has the tag already. Case does not make another tag.
    const more = await read(api.tags.add.$post({ json: { name: 'FOLD', query: { q: '1' } } }));
    expect(more).toMatchObject({ changed: 2, tags: [{ name: 'Fold', imageCount: 5 }] });
    await read(api.tags.add.$post({ json: { name: 'ink', imageIds: [ids[0]!] } }));
    await expect(
      read(api.tags[':tagId'].$patch({ param: { tagId: String(tagId) }, json: { name: 'Ink' } })),
    ).rejects.toMatchObject({ code: 'conflict' });
    const query = { tagId: String(tagId), sort: 'date' as const };
    const tagged = async () => (await read(api.images.list.$get({ query }))).imageIds;
    expect(await tagged()).toEqual([...ids.slice(0, 3), ...ids.slice(10)]);
    const { rows } = await read(api.images.rows.$post({ json: { imageIds: [ids[0]!, ids[5]!] } }));
    expect(rows.map(({ tags }) => [...tags].sort())).toEqual([['Fold', 'ink'], []]);
    expect(await read(api.tags.remove.$post({ json: { tagId, query } }))).toMatchObject({ changed: 5 });
    expect(await tagged()).toEqual([]);
    const left = await read(api.tags[':tagId'].$delete({ param: { tagId: String(tagId) } }));
    expect(left.tags).toMatchObject([{ name: 'ink', imageCount: 1 }]);
    await expect(read(api.tags.add.$post({ json: { name: 'x' } }))).rejects.toMatchObject({
      code: 'invalid',
    });
  });

  it('keeps one note per image with who wrote it', async () => {
    const test = await makeStudio();
    const [imageId] = addImages(test, 2);
    const note = test.api.images[':imageId'].note;
    const param = { imageId: String(imageId) };
    expect(await read(note.$put({ param, json: { note: 'Ask Ö.\n=1+1' } }))).toMatchObject({
      note: { note: 'Ask Ö.\n=1+1', reader: 'Reader 1' },
    });
    const noted = await read(test.api.images.list.$get({ query: { hasNote: '1' } }));
    expect(noted.imageIds).toEqual([imageId]);
    expect(await read(note.$put({ param, json: { note: ' ' } }))).toEqual({ note: null });
    const missing = note.$put({ param: { imageId: '999' }, json: { note: 'x' } });
    await expect(read(missing)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('images kept out of training', () => {
  it('keep their label, leave the training set, and come back', async () => {
    const test = await makeStudio();
    const { api } = test;
    const { db } = test.studio.requireLibrary();
    const ids = addImages(test, 6);
    const [a, b] = [ensureClass(db, 'A').classId, ensureClass(db, 'B').classId];
    await read(api.labels.$post({ json: { imageIds: ids.slice(0, 4), classId: a } }));
    await read(api.labels.$post({ json: { imageIds: ids.slice(4), classId: b } }));
    const trained = () => readLabelledImages(db).map(({ imageId }) => imageId);
    const ofB = { query: { classId: String(b) } };
    expect(await read(api.images.exclude.$post({ json: { ...ofB, isExcluded: true } }))).toEqual({
      changed: 2,
    });
    expect(trained()).toEqual(ids.slice(0, 4));
    expect(listUsedClasses(db).map(({ name }) => name)).toEqual(['A']);
    expect((await read(api.labels.counts.$get())).labelled).toBe(6);
    const { rows } = await read(api.images.rows.$post({ json: { imageIds: [ids[0]!, ids[4]!] } }));
    expect(rows.map(({ isExcluded }) => isExcluded)).toEqual([false, true]);
    const excluded = { query: { excluded: '1' as const, sort: 'date' as const } };
    expect((await read(api.images.list.$get(excluded))).imageIds).toEqual(ids.slice(4));
    expect(await read(api.images.exclude.$post({ json: { ...excluded, isExcluded: false } }))).toEqual({
      changed: 2,
    });
    expect(trained()).toEqual(ids);
  });
});
