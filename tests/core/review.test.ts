import { describe, expect, it } from 'vitest';
import { addImages } from '../support/addImages.ts';
import { makeStudio, read } from '../support/studio.ts';

describe('the place in a review', () => {
  it('is kept for each reader and view, across a restart', async () => {
    const test = await makeStudio();
    const { api } = test;
    const ids = addImages(test, 4);
    const { readerId } = await read(api.readers.$post({ json: { name: 'Second' } }));
    const place = async (view: string) => (await read(api.review.place.$get({ query: { view } }))).imageId;
    const keep = (view: string, imageId: number) => read(api.review.place.$put({ json: { view, imageId } }));
    expect(await place('')).toBeNull();
    await keep('', ids[2]!);
    await keep('unlabelled=1', ids[1]!);
    await read(api.readers.present.$put({ json: { readerId } }));
    expect(await place('')).toBeNull();
    await keep('', ids[3]!);
    await read(api.readers.present.$put({ json: { readerId: 1 } }));
    await test.studio.closeLibrary();
    await test.studio.openLibrary(test.library, false);
    expect([await place(''), await place('unlabelled=1'), await place('classId=1')]).toEqual([ids[2], ids[1], null]); // prettier-ignore
    await expect(keep('', 999)).rejects.toMatchObject({ code: 'not_found' });
    expect(await place('')).toBe(ids[2]);
  });

  it('is kept for the views that were reviewed last', async () => {
    const test = await makeStudio();
    const { api } = test;
    const [imageId] = addImages(test, 1);
    for (let view = 0; view < 60; view++) {
      await read(api.review.place.$put({ json: { view: `q=${view}`, imageId: imageId! } }));
    }
    const { db } = test.studio.requireLibrary();
    expect(db.prepare('SELECT count(*) FROM review_places').pluck().get()).toBe(50);
    expect(await read(api.review.place.$get({ query: { view: 'q=59' } }))).toEqual({ imageId });
  });
});
