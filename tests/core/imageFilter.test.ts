import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureMargin } from '../../src/main/core/images/sqlFunctions.ts';
import { ensureClass } from '../../src/main/core/labels/classes.ts';
import { addImages } from '../support/addImages.ts';
import { makeStudio, read, type TestStudio } from '../support/studio.ts';

/** Ids that a filter as it stands in an address shows. */
async function show(test: TestStudio, query: Record<string, string>): Promise<number[]> {
  return (await read(test.api.images.list.$get({ query }))).imageIds;
}

/** Eight images: classes A A B B - - - -, said to be A B B A A B - -, the surer the later. */
async function prepare() {
  const test = await makeStudio();
  const { db } = test.studio.requireLibrary();
  const ids = addImages(test, 8);
  const [a, b] = [ensureClass(db, 'A').classId, ensureClass(db, 'B').classId];
  await read(test.api.labels.$post({ json: { imageIds: ids.slice(0, 2), classId: a } }));
  await read(test.api.labels.$post({ json: { imageIds: ids.slice(2, 4), classId: b } }));
  const predict = db.prepare(`INSERT INTO predictions VALUES ('m', ?, ?, ?, ?)`);
  for (const [index, classId] of [a, b, b, a, a, b].entries()) {
    const confidence = 0.5 + index * 0.1;
    predict.run(
      ids[index],
      classId,
      confidence,
      Buffer.from(new Float32Array([confidence, 1 - confidence]).buffer),
    );
  }
  return { test, db, ids, a, b, at: (...places: number[]) => places.map((place) => ids[place]!) };
}

describe('a filter', () => {
  it('takes any of several values, and all of its parts must hold', async () => {
    const { test, a, b, at } = await prepare();
    expect(await show(test, { classId: `${a},${b}` })).toEqual(at(0, 1, 2, 3));
    expect(await show(test, { classId: `${a},${b}`, predicted: String(a), modelId: 'm' })).toEqual(at(0, 3));
    expect(await show(test, { disagreement: '1', modelId: 'm' })).toEqual(at(1, 3));
    expect(await show(test, { disagreement: '0', modelId: 'm' })).toEqual(at(0, 2));
    expect(await show(test, { minConfidence: '0.65', maxConfidence: '0.9', modelId: 'm' })).toEqual(at(2, 3));
    expect(await show(test, { maxConfidence: '1', modelId: 'm' })).toHaveLength(6);
  });

  it('knows formats, sizes, folders, notes, exclusions, readers and duplicates', async () => {
    const { test, db, ids, at } = await prepare();
    db.exec(`UPDATE images SET format = 'tiff', width = 4000, bytes = 900 WHERE image_id = ${ids[3]}`);
    db.exec(
      `INSERT INTO roots (root_id, path, name, labels, groups, added_at) VALUES (2, '/s', 's', '{}', '{}', 0)`,
    );
    db.exec(
      `INSERT INTO files (root_id, path, image_id, bytes, modified_ms, group_name) VALUES (2, 'x/Copy.png', ${ids[5]}, 1, 0, 'p7')`,
    );
    await read(test.api.images.exclude.$post({ json: { imageIds: at(6), isExcluded: true } }));
    await read(
      test.api.images[':imageId'].note.$put({ param: { imageId: String(ids[1]) }, json: { note: 'odd' } }),
    );
    expect(await show(test, { format: 'tiff,webp' })).toEqual(at(3));
    expect(await show(test, { minSide: '100', maxSide: '4000' })).toEqual(at(3));
    expect(await show(test, { minBytes: '2' })).toEqual(at(3));
    expect(await show(test, { maxBytes: '1' })).toHaveLength(7);
    expect(await show(test, { rootId: '2' })).toEqual(at(5));
    expect(await show(test, { group: 'p7' })).toEqual(at(5));
    expect(await show(test, { duplicates: '1' })).toEqual(at(5));
    expect(await show(test, { duplicates: '0' })).toHaveLength(7);
    expect(await show(test, { hasNote: '1' })).toEqual(at(1));
    expect(await show(test, { excluded: '1' })).toEqual(at(6));
    expect(await show(test, { readerId: '1' })).toEqual(at(0, 1, 2, 3));
    expect(await show(test, { readerId: '2,3' })).toEqual([]);
  });

  it('finds any part of any path of an image, also after paths came, went and changed', async () => {
    const test = await makeStudio();
    const { db } = test.studio.requireLibrary();
    const ids = addImages(test, 3);
    db.exec(`UPDATE files SET path = 'Präparat 7/a"b*c.png' WHERE image_id = ${ids[1]}`);
    db.exec(
      `INSERT INTO files (root_id, path, image_id, bytes, modified_ms) VALUES (1, 'twice/Other.PNG', ${ids[2]}, 1, 0)`,
    );
    for (const q of ['parat', 'PRÄPARAT 7/', 'a"b*c', 'b*', 'p'])
      expect(await show(test, { q })).toContain(ids[1]);
    expect(await show(test, { q: 'other.png' })).toEqual([ids[2]]);
    expect(await show(test, { q: '1.png' })).toEqual([]);
    for (const q of ['NEAR(', 'a AND', '""', '\0\0\0']) expect(await show(test, { q })).toEqual([]);
    db.exec(`DELETE FROM files WHERE path = 'twice/Other.PNG'`);
    expect(await show(test, { q: 'other' })).toEqual([]);
  });

  it('sorts in both directions, what has no value last in either', async () => {
    const { test, at } = await prepare();
    const query = { sort: 'confidence', modelId: 'm' };
    expect(await show(test, query)).toEqual(at(0, 1, 2, 3, 4, 5, 6, 7));
    expect(await show(test, { ...query, direction: 'descending' })).toEqual(at(5, 4, 3, 2, 1, 0, 7, 6));
    expect((await show(test, { ...query, sort: 'margin' })).slice(0, 6)).toEqual(at(0, 1, 2, 3, 4, 5));
    expect((await show(test, { direction: 'descending' })).slice(0, 2)).toEqual(at(7, 6));
  });

  it('measures the margin between the two likeliest classes', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 2 }), (values) => {
        const sorted = Float32Array.from(values).sort().reverse();
        expect(measureMargin(new Uint8Array(Float32Array.from(values).buffer))).toBe(sorted[0]! - sorted[1]!);
      }),
    );
    expect(measureMargin(new Uint8Array(4))).toBeNull();
  });
});

describe('a pick', () => {
  it('shows exactly its images, in its order when asked, with other filters, and after a restart', async () => {
    const { test, ids, a, at } = await prepare();
    const imageIds = [...at(5, 1, 3, 1), 99_999];
    const { pick } = await read(test.api.picks.$post({ json: { imageIds } }));
    expect(await show(test, { pick })).toEqual(at(1, 3, 5));
    expect(await show(test, { pick, sort: 'pick' })).toEqual(at(5, 1, 3));
    expect(await show(test, { pick, sort: 'pick', direction: 'descending' })).toEqual(at(3, 1, 5));
    expect(await show(test, { pick, classId: String(a) })).toEqual(at(1));
    expect(await show(test, { pick: 'nothing' })).toEqual([]);
    expect(await show(test, { sort: 'pick' })).toHaveLength(ids.length);
    expect((await read(test.api.picks.$post({ json: { imageIds } }))).pick).toBe(pick);
    await test.studio.closeLibrary();
    await test.studio.openLibrary(test.library, false);
    expect(await show(test, { pick })).toEqual(at(1, 3, 5));
  });

  it('is let go when many newer ones are kept, unless a saved filter shows it', async () => {
    const { test, ids, at } = await prepare();
    const keep = async (...imageIds: number[]) =>
      (await read(test.api.picks.$post({ json: { imageIds } }))).pick;
    const saved = await keep(ids[0]!);
    const first = await keep(ids[1]!);
    await read(test.api.filters.$post({ json: { name: 'kept', query: { pick: saved } } }));
    for (let index = 0; index < 300; index += 1) await keep(ids[2]!, 1000 + index);
    expect(await show(test, { pick: saved })).toEqual(at(0));
    expect(await show(test, { pick: first })).toEqual([]);
  });

  it('can be labelled as a query with some left out', async () => {
    const { test, a, at } = await prepare();
    const { pick } = await read(test.api.picks.$post({ json: { imageIds: at(4, 5, 6) } }));
    const json = { query: { pick }, exceptIds: at(5), classId: a };
    expect(await read(test.api.labels.$post({ json }))).toMatchObject({ changed: 2 });
    expect(await show(test, { pick, classId: String(a) })).toEqual(at(4, 6));
  });
});
