import { expect, it } from 'vitest';
import { openFeatureStore } from '../../src/main/core/features/featureStore.ts';
import { DECODER_VERSION } from '../../src/main/core/images/decoderVersion.ts';
import { createRandom } from '../../src/main/core/math/random.ts';
import { addImages } from '../support/addImages.ts';
import { makeStudio, read, type TestStudio } from '../support/studio.ts';

const DIMS = 24;

/** Gives images features as an import does: rows of a file, and in the database whose they are. */
async function addFeatures(
  { studio }: TestStudio,
  ids: readonly number[],
  rows: Float32Array,
): Promise<void> {
  const { db, folder } = studio.requireLibrary();
  db.prepare('INSERT OR IGNORE INTO feature_sets VALUES (?, ?, 1.0, 160, ?, ?)').run(
    ...['drawn', 'mobilenet_v2', DECODER_VERSION, DIMS],
  );
  const store = await openFeatureStore(folder, 'drawn', DIMS);
  const first = await store.appendRows(rows);
  await store.close();
  const insert = db.prepare('INSERT INTO feature_rows VALUES (?, ?, ?)');
  db.transaction(() => ids.forEach((imageId, place) => insert.run('drawn', imageId, first + place)))();
}

function drawRows(count: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count * DIMS }, () => random.normal() + 0.5);
}

function cosine(rows: Float32Array, a: number, b: number): number {
  let [product, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < DIMS; i += 1) {
    const [x, y] = [rows[a * DIMS + i]!, rows[b * DIMS + i]!];
    product += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return product / Math.sqrt(squaresA * squaresB);
}

it('finds just the images that a comparison with every other gives, also after new ones came', async () => {
  const test = await makeStudio();
  const ids = addImages(test, 700);
  const rows = drawRows(700, 5);
  await addFeatures(test, ids.slice(0, 500), rows.slice(0, 500 * DIMS));
  const ask = (imageId: number, count = '10') =>
    read(test.api.images[':imageId'].similar.$get({ param: { imageId: String(imageId) }, query: { count } }));
  const expected = (place: number, among: number) =>
    Array.from({ length: among }, (_, other) => ({
      imageId: ids[other]!,
      similarity: cosine(rows, place, other),
    }))
      .filter(({ imageId }) => imageId !== ids[place])
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, 10);
  for (const place of [0, 17, 499]) {
    const { similar } = await ask(ids[place]!);
    expect(similar.map(({ imageId }) => imageId)).toEqual(expected(place, 500).map(({ imageId }) => imageId));
    similar.forEach(({ similarity }, at) =>
      expect(similarity).toBeCloseTo(expected(place, 500)[at]!.similarity, 5),
    );
  }
  await addFeatures(test, ids.slice(500), rows.slice(500 * DIMS));
  const { similar } = await ask(ids[17]!);
  expect(similar.map(({ imageId }) => imageId)).toEqual(expected(17, 700).map(({ imageId }) => imageId));
});

it('says what is missing, and a row of no numbers is near nothing', async () => {
  const test = await makeStudio();
  const ids = addImages(test, 4);
  const ask = (imageId: number) =>
    read(test.api.images[':imageId'].similar.$get({ param: { imageId: String(imageId) }, query: {} }));
  await expect(ask(ids[0]!)).rejects.toMatchObject({ code: 'invalid' });
  const rows = drawRows(3, 1);
  rows.fill(NaN, DIMS, 2 * DIMS);
  await addFeatures(test, ids.slice(0, 3), rows);
  expect((await ask(ids[0]!)).similar[0]?.imageId).toBe(ids[2]);
  await expect(ask(ids[3]!)).rejects.toMatchObject({ code: 'invalid' });
  await expect(ask(99_999)).rejects.toMatchObject({ code: 'not_found' });
});
