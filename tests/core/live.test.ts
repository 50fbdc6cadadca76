import { describe, expect, it, vi } from 'vitest';
import type { LiveState } from '../../src/shared/live.ts';
import { addFeatures } from '../support/addFeatures.ts';
import { addImages } from '../support/addImages.ts';
import { drawTrainingData } from '../support/drawTraining.ts';
import { makeStudio, read, type TestStudio } from '../support/studio.ts';

const CLASSES = ['tumour', 'stroma', 'fat'];

interface Labelled extends TestStudio {
  readonly imageIds: readonly number[];
  readonly classIds: readonly number[];
  /** Class index of each image, as drawn. */
  readonly truth: Int32Array;
  readonly states: LiveState[];
}

/** A library of images with drawn features, of which the first `labelled` have a label. */
async function makeLabelled(images: number, labelled: number): Promise<Labelled> {
  const made = await makeStudio();
  const { studio, api } = made;
  const states: LiveState[] = [];
  studio.events.subscribe((event) => {
    if (event.type === 'live.changed') states.push(event.state);
  });
  const imageIds = addImages(made, images);
  const { features, inputs, labels } = drawTrainingData({ images, classes: 3, distance: 0.5 });
  await addFeatures(studio.requireLibrary(), imageIds, features, inputs);
  const classIds: number[] = [];
  for (const name of CLASSES) classIds.push((await read(api.classes.$post({ json: { name } }))).classId);
  const labelledStudio = { ...made, imageIds, classIds, truth: labels, states };
  await label(labelledStudio, 0, labelled);
  return labelledStudio;
}

async function label({ api, imageIds, classIds, truth }: Labelled, from: number, to: number): Promise<void> {
  for (const [k, classId] of classIds.entries()) {
    const chosen = imageIds.slice(from, to).filter((_, i) => truth[from + i] === k);
    if (chosen.length > 0) await read(api.labels.$post({ json: { imageIds: chosen, classId } }));
  }
}

/** Waits until a refit whose predictions are all stored has followed `refits` others. */
async function waitForRefit({ api }: TestStudio, refits: number): Promise<LiveState> {
  return vi.waitFor(
    async () => {
      const state = await read(api.live.$get());
      expect(state.problem).toBeNull();
      expect(state).toMatchObject({ phase: 'idle' });
      expect(state.refits).toBeGreaterThanOrEqual(refits);
      return state as LiveState;
    },
    { timeout: 20_000, interval: 50 },
  );
}

const predictionsOf = async ({ api }: TestStudio, imageIds: readonly number[]) =>
  (await read(api.images.rows.$post({ json: { imageIds: [...imageIds] } }))).rows.map(
    ({ prediction, part }) => ({ prediction, part }),
  );

describe('learning while labelling', () => {
  it('refits after new labels, predicts every image, and says how good it is and what changed', async () => {
    const made = await makeLabelled(2500, 150);
    const { api, imageIds, truth, classIds, states } = made;
    // Nobody looks yet, so nothing is learnt.
    expect(await read(api.live.$get())).toMatchObject({ enabled: true, phase: 'idle', refits: 0 });
    const last = imageIds.slice(-30);
    await read(api.live.visible.$put({ json: { imageIds: last } }));
    const first = await waitForRefit(made, 1);
    expect(first).toMatchObject({ modelId: 'live', labels: 150, predicted: { done: 2500, total: 2500 } });
    expect(first.validation).toMatchObject({ images: 30, grouped: false, change: null });
    expect(first.validation!.interval[0]).toBeLessThan(first.validation!.accuracy);
    const turns = states.filter(({ phase }) => phase === 'predicting').map(({ predicted }) => predicted.done);
    // What is on the screen comes first, although it is last in the library.
    expect(turns.slice(0, 2)).toEqual([0, 30]);

    const rows = await predictionsOf(made, imageIds.slice(0, 400));
    const right = rows.filter(({ prediction }, i) => prediction?.classId === classIds[truth[i]!]).length;
    expect(right / 400).toBeGreaterThan(0.75);
    expect(rows.slice(0, 150).every(({ part }) => part !== null)).toBe(true);
    expect(rows.slice(150).every(({ part }) => part === null)).toBe(true);

    await label(made, 150, 600);
    const second = await waitForRefit(made, 2);
    expect(second.labels).toBe(600);
    expect(second.validation!.images).toBeGreaterThan(30);
    expect(second.validation!.change).not.toBeNull();
    expect(second.revision).toBeGreaterThan(first.revision);
  });
});
