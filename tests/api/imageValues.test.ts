import { expect, it } from 'vitest';
import { IMAGE_VALUES, unpackImageValues, type ImageValue } from '../../src/shared/imageValues.ts';
import { addImages } from '../support/addImages.ts';
import { makeStudio, read, type TestStudio } from '../support/studio.ts';

async function readValues({ api }: TestStudio, by: ImageValue) {
  const answer = await api['image-values'].$get({ query: { by } });
  expect(answer.status).toBe(200);
  return unpackImageValues(await answer.arrayBuffer());
}

it('gives the class of every image, with names and colours, for the map to colour its points by', async () => {
  const test = await makeStudio();
  const ids = addImages(test, 5);
  const { classId } = await read(test.api.classes.$post({ json: { name: 'Tumour' } }));
  await read(test.api.labels.$post({ json: { imageIds: [ids[1]!, ids[3]!], classId } }));
  const { kind, categories, imageIds, values } = await readValues(test, 'class');
  expect(kind).toBe('category');
  expect([...imageIds]).toEqual(ids);
  expect([...values]).toEqual([NaN, 0, NaN, 0, NaN]);
  expect(categories).toMatchObject([{ name: 'Tumour', filter: String(classId), count: 2 }]);
});

it('gives times, numbers and groups, and nothing where there is none', async () => {
  const test = await makeStudio();
  const ids = addImages(test, 9_000);
  const before = Date.now();
  const { classId } = await read(test.api.classes.$post({ json: { name: 'A' } }));
  await read(test.api.labels.$post({ json: { imageIds: [ids[8_500]!], classId } }));
  const labelled = await readValues(test, 'labelled');
  expect(labelled.values[8_500]).toBeGreaterThanOrEqual(before);
  expect(labelled.values.filter((value) => !Number.isNaN(value))).toHaveLength(1);
  expect((await readValues(test, 'sharpness')).values).toHaveLength(9_000);
  test.studio
    .requireLibrary()
    .db.prepare("UPDATE files SET group_name = CASE WHEN image_id % 2 = 0 THEN 'even' END")
    .run();
  const groups = await readValues(test, 'group');
  expect(groups.categories).toMatchObject([{ name: 'even', filter: 'even', count: 4_500 }]);
});

it('answers for every value in an empty library', async () => {
  const test = await makeStudio();
  for (const by of IMAGE_VALUES) expect((await readValues(test, by)).imageIds).toHaveLength(0);
});
