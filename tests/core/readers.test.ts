import { describe, expect, it } from 'vitest';
import { measureKappa } from '../../src/main/core/evaluation/confusion.ts';
import { findKappaInterval, measureKappaError } from '../../src/main/core/evaluation/kappa.ts';
import { ensureClass } from '../../src/main/core/labels/classes.ts';
import { addImages, currentLabels } from '../support/addImages.ts';
import { makeStudio, read } from '../support/studio.ts';

/** A library with two classes, 12 labelled images (8 of A, 4 of B) by reader 1, 2 unlabelled ones, and a reader 2. */
async function makeReadLibrary() {
  const test = await makeStudio();
  const { db } = test.studio.requireLibrary();
  const ids = addImages(test, 14);
  const [a, b] = [ensureClass(db, 'A').classId, ensureClass(db, 'B').classId];
  await read(test.api.labels.$post({ json: { imageIds: ids.slice(0, 8), classId: a } }));
  await read(test.api.labels.$post({ json: { imageIds: ids.slice(8, 12), classId: b } }));
  const { readerId } = await read(test.api.readers.$post({ json: { name: 'Dr. Bö' } }));
  return { ...test, db, ids, a, b, second: readerId };
}

describe('readers', () => {
  it('are recorded with every label, by who is present, and kept across a restart', async () => {
    const test = await makeReadLibrary();
    const { api, ids, a, b, second } = test;
    await expect(read(api.readers.$post({ json: { name: ' dr. BÖ ' } }))).rejects.toMatchObject({
      code: 'conflict',
    });
    await read(api.readers.present.$put({ json: { readerId: second } }));
    await test.studio.closeLibrary();
    await test.studio.openLibrary(test.library, false);
    await read(api.labels.$post({ json: { imageIds: ids.slice(0, 2), classId: b } }));
    await read(
      api.readers[':readerId'].$patch({ param: { readerId: String(second) }, json: { name: 'Dr. Bo' } }),
    );
    const { history } = await read(api.images[':imageId'].$get({ param: { imageId: String(ids[0]) } }));
    expect(history).toMatchObject([
      { reader: 'Dr. Bo', classId: b, previousClassId: a },
      { reader: 'Reader 1', classId: a },
    ]);
    expect((await read(api.readers.$get())).readers).toMatchObject([
      { name: 'Reader 1', labelCount: 10, isPresent: false },
      { name: 'Dr. Bo', labelCount: 2, isPresent: true },
    ]);
    const theirs = await read(api.images.list.$get({ query: { readerId: String(second) } }));
    expect(theirs.imageIds).toEqual([ids[0], ids[1]]);
  });
});

describe('a password', () => {
  it('is asked for only where one is set, is kept as a salted hash, and can be changed and taken away', async () => {
    const { api, db, second } = await makeReadLibrary();
    const param = { readerId: String(second) };
    const become = (readerId: number, password?: string) =>
      read(api.readers.present.$put({ json: { readerId, ...(password === undefined ? {} : { password }) } }));
    const change = (json: { present?: string; next: string | null }) =>
      read(api.readers[':readerId'].password.$put({ param, json }));
    await become(second);
    await become(1);
    const { readers } = await change({ next: 'Schlüssel' });
    expect(readers.map(({ hasPassword }) => hasPassword)).toEqual([false, true]);
    await expect(become(second)).rejects.toMatchObject({ code: 'invalid', subject: 'password' });
    await expect(become(second, 'schlüssel')).rejects.toMatchObject({ code: 'invalid' });
    expect((await read(api.readers.$get())).readers[0]).toMatchObject({ isPresent: true });
    // Decomposed, as some keyboards type it.
    await become(second, 'Schlu\u0308ssel');
    await become(1);

    const stored = () =>
      db.prepare<[number], string>('SELECT password FROM readers WHERE reader_id = ?').pluck();
    const first = stored().get(second);
    expect(first).toMatch(/^[0-9a-f]{32}:[0-9a-f]{64}$/);
    await expect(change({ next: 'other' })).rejects.toMatchObject({ code: 'invalid' });
    await change({ present: 'Schlüssel', next: 'Schlüssel' });
    expect(stored().get(second)).not.toBe(first);
    await expect(change({ present: 'wrong', next: null })).rejects.toMatchObject({ code: 'invalid' });
    await change({ present: 'Schlüssel', next: null });
    await become(second);
  });
});

describe('a blind second reading', () => {
  it('shows no label, keeps the first one, and ends in agreement, disagreements and a settlement', async () => {
    const test = await makeReadLibrary();
    const { api, db, ids, a, b, second } = test;
    const { readingId, images } = await read(api.readings.$post({ json: { readerId: second, seed: 3 } }));
    expect(images).toBe(12);
    const param = { readingId: String(readingId) };
    const reading = api.readings[':readingId'];
    const queue = (await read(reading.next.$get({ param, query: {} }))).images;
    expect(Object.keys(queue[0]!).sort()).toEqual(['height', 'imageId', 'sha256', 'width']);
    const order = queue.map(({ imageId }) => imageId);
    expect(order).not.toEqual(ids.slice(0, 12));
    expect([...order].sort((x, y) => x - y)).toEqual(ids.slice(0, 12));

    const before = currentLabels(test);
    const says = (imageIds: number[], classId: number) =>
      read(reading.labels.$post({ param, json: { imageIds, classId } }));
    await says(ids.slice(0, 7), a);
    await says(ids.slice(9, 12), b);
    expect((await read(reading.next.$get({ param, query: {} }))).images).toHaveLength(2);
    await says([ids[7]!], b);
    expect(await says([ids[8]!], a)).toMatchObject({ read: 12, disagreements: 2, settled: 0 });
    await expect(says([ids[13]!], a)).rejects.toMatchObject({ code: 'not_found' });
    expect(currentLabels(test)).toEqual(before);

    const agreement = await read(reading.agreement.$get({ param }));
    // po = 10/12, pe = (8·8 + 4·4)/144.
    expect(agreement.kappa).toBeCloseTo((10 / 12 - 80 / 144) / (1 - 80 / 144), 12);
    expect(agreement).toMatchObject({ images: 12, agreed: 10, confusion: [[7, 1], [1, 3]] }); // prettier-ignore

    await read(reading.settle.$post({ param, json: { imageIds: [ids[7]!], classId: b } }));
    await read(reading.settle.$post({ param, json: { imageIds: [ids[8]!], classId: b } }));
    expect(currentLabels(test).get(ids[7]!)).toBe(b);
    await expect(
      read(reading.settle.$post({ param, json: { imageIds: [ids[0]!], classId: b } })),
    ).rejects.toMatchObject({ code: 'invalid' });
    const settled = async () =>
      (await read(reading.disagreements.$get({ param }))).disagreements
        .map(({ imageId, settledClassId }) => [imageId, settledClassId])
        .sort();
    expect(await settled()).toEqual([[ids[7], b], [ids[8], b]]); // prettier-ignore
    await read(api.labels.undo.$post());
    expect(await settled()).toEqual([[ids[7], null], [ids[8], b]]); // prettier-ignore
    expect(currentLabels(test)).toEqual(before);
    expect(db.pragma('foreign_key_check')).toEqual([]);
  });

  it('takes a drawn part of a query, the same for the same seed, and refuses images without labels', async () => {
    const { api, ids, b, second } = await makeReadLibrary();
    const start = async (seed: number) => {
      const json = { readerId: second, query: { unlabelled: '0' as const }, sample: 5, seed };
      const { readingId, images } = await read(api.readings.$post({ json }));
      const param = { readingId: String(readingId) };
      const next = await read(api.readings[':readingId'].next.$get({ param, query: {} }));
      return { images, order: next.images.map(({ imageId }) => imageId) };
    };
    expect(await start(1)).toEqual(await start(1));
    expect((await start(1)).images).toBe(5);
    expect(await start(1)).not.toEqual(await start(2));
    const ofB = await read(api.readings.$post({ json: { readerId: second, query: { classId: String(b) } } }));
    expect(ofB.images).toBe(4);
    const json = { readerId: second, query: {}, exceptIds: ids.slice(0, 9) };
    expect((await read(api.readings.$post({ json }))).images).toBe(3);
    const none = read(api.readings.$post({ json: { readerId: second, imageIds: ids.slice(12) } }));
    await expect(none).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('a second reading of a large library', () => {
  it('is drawn outside the core, and can be read like any other', async () => {
    const test = await makeStudio();
    const ids = addImages(test, 1500);
    const { classId } = ensureClass(test.studio.requireLibrary().db, 'A');
    await read(test.api.labels.$post({ json: { imageIds: ids.slice(0, 1200), classId } }));
    const json = { readerId: 1, sample: 20, seed: 4 };
    const { readingId, images } = await read(test.api.readings.$post({ json }));
    expect(images).toBe(20);
    const param = { readingId: String(readingId) };
    const next = await read(test.api.readings[':readingId'].next.$get({ param, query: {} }));
    expect(next.images).toHaveLength(20);
    expect(next.images.every(({ imageId }) => imageId <= ids[1199]!)).toBe(true);
  });
});

describe('the interval of kappa', () => {
  it.each([
    [
      [
        [75, 1, 4],
        [5, 4, 1],
        [0, 0, 10],
      ],
    ],
    [
      [
        [40, 9],
        [6, 45],
      ],
    ],
    [
      [
        [3, 30, 2],
        [20, 5, 9],
        [1, 8, 4],
      ],
    ],
  ])('has the variance that the delta method gives for %j', (table) => {
    // Independent reference: the gradient of kappa by central differences, over multinomial counts.
    const n = table.flat().reduce((sum, count) => sum + count, 0);
    const at = (r: number, s: number, step: number) =>
      measureKappa(table.map((row, i) => row.map((count, j) => count / n + (i === r && j === s ? step : 0))));
    let mean = 0;
    let square = 0;
    for (const [r, row] of table.entries()) {
      for (const [s, count] of row.entries()) {
        const slope = (at(r, s, 1e-5) - at(r, s, -1e-5)) / 2e-5;
        mean += (count / n) * slope;
        square += (count / n) * slope * slope;
      }
    }
    const error = Math.sqrt((square - mean * mean) / n);
    expect(Math.abs(measureKappaError(table) - error)).toBeLessThan(1e-7);
  });

  it('stays honest where all agree, and silent where nothing can be told', () => {
    const [low, high] = findKappaInterval([[5, 0], [0, 5]])!; // prettier-ignore
    expect(high).toBe(1);
    // Wilson's lower limit of 10 of 10 is 0.7225; by chance 0.5.
    expect(low).toBeCloseTo((0.7224672001371107 - 0.5) / 0.5, 6);
    expect(findKappaInterval([[9]])).toBeNull();
    expect(findKappaInterval([])).toBeNull();
  });
});
