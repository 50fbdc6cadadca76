import { describe, expect, it } from 'vitest';
import { ensureClass } from '../../src/main/core/labels/classes.ts';
import { addImages, currentLabels } from '../support/addImages.ts';
import { makeStudio, read, type TestStudio } from '../support/studio.ts';

/** Says of every image that it is of a class, each as sure as its place among all. */
function addPredictions(
  { studio }: TestStudio,
  modelId: string,
  imageIds: readonly number[],
  classId: number,
) {
  const { db } = studio.requireLibrary();
  const insert = db.prepare(
    `INSERT INTO predictions (model_id, image_id, class_id, confidence, probabilities) VALUES (?, ?, ?, ?, x'')`,
  );
  db.transaction(() =>
    imageIds.forEach((imageId, index) =>
      insert.run(modelId, imageId, classId, (index + 1) / imageIds.length),
    ),
  )();
}

async function makeTest(images: number) {
  const test = await makeStudio();
  const ids = addImages(test, images);
  const { db } = test.studio.requireLibrary();
  const [a, b] = [ensureClass(db, 'A').classId, ensureClass(db, 'B').classId];
  return { test, api: test.api, ids, a, b };
}

describe('a spot-check', () => {
  it('draws a sample, states the bound, and labels the rest in one action that one undo takes back', async () => {
    const { test, api, ids, a, b } = await makeTest(1240);
    await read(api.labels.$post({ json: { imageIds: ids.slice(0, 40), classId: b } }));
    const before = currentLabels(test);
    const drawn = await read(
      api['spot-checks'].$post({ json: { query: {}, proposal: { kind: 'class', classId: a }, seed: 3 } }),
    );
    // What has another label already is left alone unless asked for.
    expect(drawn).toMatchObject({ population: 1200, looked: 0, wrong: 0, wrongAtMost: 1, state: 'open' });
    const sample = drawn.images.map(({ imageId }) => imageId);
    expect(new Set(sample).size).toBe(29);
    expect(sample.every((imageId) => imageId > ids[39]!)).toBe(true);

    const param = { checkId: String(drawn.checkId) };
    const judge = (imageIds: number[], isRight: boolean | null) =>
      read(api['spot-checks'][':checkId'].verdicts.$post({ param, json: { imageIds, isRight } }));
    expect((await judge(sample, true)).wrongAtMost).toBeCloseTo(0.098, 3);
    expect(await judge([sample[4]!], false)).toMatchObject({ looked: 29, wrong: 1 });
    // It is still there after a restart: what is open is read from the library.
    expect((await read(api['spot-checks'].$get())).checks).toMatchObject([
      { checkId: drawn.checkId, wrong: 1 },
    ]);

    // Labelled by hand meanwhile: that stays.
    const byHand = ids.find((imageId) => imageId > ids[39]! && !sample.includes(imageId))!;
    await read(api.labels.$post({ json: { imageIds: [byHand], classId: b } }));
    const applied = await read(api['spot-checks'][':checkId'].apply.$post({ param }));
    expect(applied.changed).toBe(1198);
    const after = currentLabels(test);
    expect(after.get(byHand)).toBe(b);
    expect(after.has(sample[4]!)).toBe(false);
    expect(after.get(sample[5]!)).toBe(a);
    const history = (await read(api.images[':imageId'].$get({ param: { imageId: String(sample[5]) } })))
      .history;
    expect(history[0]).toMatchObject({ source: 'spot-check', classId: a });

    const again = read(api['spot-checks'][':checkId'].apply.$post({ param }));
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
    expect(await read(api.labels.undo.$post())).toMatchObject({ changed: 1198 });
    await read(api.labels.undo.$post());
    expect(currentLabels(test)).toEqual(before);
    expect(await read(api.library.check.$post())).toMatchObject({ problems: [] });
  });

  it('of predictions takes those above a confidence, each as the model says', async () => {
    const { test, api, ids, a, b } = await makeTest(200);
    addPredictions(test, 'm1', ids.slice(0, 100), a);
    addPredictions(test, 'm1', ids.slice(100), b);
    const proposal = { kind: 'prediction' as const, modelId: 'm1', minConfidence: 0.9 };
    const drawn = await read(
      api['spot-checks'].$post({ json: { query: {}, proposal, sample: 500, seed: 1 } }),
    );
    expect(drawn).toMatchObject({ population: 22, classId: null });
    expect(drawn.images).toHaveLength(22);
    const param = { checkId: String(drawn.checkId) };
    const imageIds = drawn.images.map(({ imageId }) => imageId);
    // Who looked at all of them knows how many are wrong.
    const judged = await read(
      api['spot-checks'][':checkId'].verdicts.$post({ param, json: { imageIds, isRight: true } }),
    );
    expect(judged.wrongAtMost).toBe(0);
    expect(await read(api['spot-checks'][':checkId'].apply.$post({ param }))).toMatchObject({ changed: 22 });
    expect(currentLabels(test).get(ids[99]!)).toBe(a);
    expect(currentLabels(test).get(ids[199]!)).toBe(b);
  });

  it('has a seed that draws the same sample, and can be dropped', async () => {
    const { api, ids, a } = await makeTest(300);
    const draw = () =>
      read(
        api['spot-checks'].$post({
          json: { imageIds: ids, proposal: { kind: 'class', classId: a }, seed: 7, sample: 12 },
        }),
      );
    const [first, second] = [await draw(), await draw()];
    expect(first.images).toEqual(second.images);
    const param = { checkId: String(first.checkId) };
    await read(api['spot-checks'][':checkId'].drop.$post({ param }));
    const dropped = read(api['spot-checks'][':checkId'].apply.$post({ param }));
    await expect(dropped).rejects.toMatchObject({ code: 'conflict' });
  });

  it('says what is wrong when there is nothing to label or no such class', async () => {
    const { api, ids, a } = await makeTest(5);
    await read(api.labels.$post({ json: { imageIds: ids, classId: a } }));
    const draw = (classId: number) =>
      read(api['spot-checks'].$post({ json: { imageIds: ids, proposal: { kind: 'class', classId } } }));
    await expect(draw(a)).rejects.toMatchObject({ code: 'invalid' });
    await expect(draw(77)).rejects.toMatchObject({ code: 'not_found' });
  });
});

it('Enter accepts what the model says of the selected images, as one action', async () => {
  const { test, api, ids, a, b } = await makeTest(10);
  addPredictions(test, 'm1', ids.slice(0, 6), a);
  await read(api.labels.$post({ json: { imageIds: [ids[0]!], classId: b } }));
  const json = { imageIds: ids, modelId: 'm1' };
  expect(await read(api.labels.accept.$post({ json }))).toMatchObject({ changed: 6 });
  expect(currentLabels(test).size).toBe(6);
  await read(api.labels.undo.$post());
  expect([...currentLabels(test)]).toEqual([[ids[0], b]]);
});
