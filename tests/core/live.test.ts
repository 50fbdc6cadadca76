import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { LiveState } from '../../src/shared/live.ts';
import { addFeatures } from '../support/addFeatures.ts';
import { addImages } from '../support/addImages.ts';
import { drawClassFolders } from '../support/drawImages.ts';
import { drawTrainingData } from '../support/drawTraining.ts';
import { finishJob, makeStudio, read, type TestStudio } from '../support/studio.ts';

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

  it('is off by its switch, and on again with predictions that were left out', async () => {
    const made = await makeLabelled(600, 90);
    const { api, imageIds } = made;
    await read(api.live.visible.$put({ json: { imageIds: [] } }));
    await waitForRefit(made, 1);
    expect((await predictionsOf(made, imageIds.slice(0, 1)))[0]?.prediction).not.toBeNull();
    const off = await read(api.live.$put({ json: { enabled: false } }));
    expect(off).toMatchObject({ enabled: false, phase: 'off', modelId: null });
    expect((await predictionsOf(made, imageIds.slice(0, 1)))[0]?.prediction).toBeNull();
    await label(made, 90, 120);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(await read(api.live.$get())).toMatchObject({ phase: 'off', refits: 1 });
    expect(await read(api.live.$put({ json: { enabled: true } }))).toMatchObject({ enabled: true });
    expect(await waitForRefit(made, 2)).toMatchObject({ labels: 120 });
  });

  it('says what is missing while there are too few labels, and learns a class that comes later', async () => {
    const made = await makeLabelled(600, 4);
    const { api, imageIds } = made;
    await read(api.live.visible.$put({ json: { imageIds: imageIds.slice(0, 50) } }));
    const blocked = await vi.waitFor(
      async () => {
        const state = await read(api.live.$get());
        expect(state.phase).toBe('blocked');
        return state;
      },
      { timeout: 20_000 },
    );
    expect(blocked.problem).toMatchObject({
      code: 'invalid',
      detail: expect.stringMatching(/too few/) as string,
    });
    await label(made, 4, 90);
    await waitForRefit(made, 1);
    const { classId } = await read(api.classes.$post({ json: { name: 'muscle' } }));
    await read(api.labels.$post({ json: { imageIds: imageIds.slice(90, 130), classId } }));
    const state = await waitForRefit(made, 2);
    expect(state.labels).toBe(130);
    const rows = await predictionsOf(made, imageIds.slice(90, 130));
    expect(rows.filter(({ prediction }) => prediction?.classId === classId).length).toBeGreaterThan(10);
  });

  it('never runs twice at once, gives way to newer labels, and still gets through', async () => {
    const made = await makeLabelled(1500, 300);
    const { api, states } = made;
    await read(api.live.visible.$put({ json: { imageIds: made.imageIds.slice(0, 50) } }));
    await waitForRefit(made, 1);
    for (let at = 300; at < 420; at += 3) {
      await label(made, at, at + 3);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const state = await waitForRefit(made, 2);
    expect(state.labels).toBe(420);
    // 40 batches of labels, a refit or a few.
    expect(state.refits).toBeLessThan(6);
    const phases = states.map(({ phase }) => phase);
    for (const [i, phase] of phases.entries()) {
      if (phase === 'fitting' && i > 0) expect(['idle', 'waiting', 'fitting']).toContain(phases[i - 1]);
    }
  });

  it('waits while a job runs', async () => {
    const made = await makeLabelled(600, 90);
    const { api, studio } = made;
    await read(api.live.visible.$put({ json: { imageIds: [] } }));
    await waitForRefit(made, 1);
    const pictures = path.join(made.folder, 'pictures');
    await drawClassFolders(pictures, { A: 150 });
    const { jobId } = await read(api.import.$post({ json: { folder: pictures } }));
    await label(made, 90, 120);
    const phases: string[] = [];
    studio.events.subscribe((event) => {
      if (event.type === 'live.changed' && studio.requireJobs().isBusy) phases.push(event.state.phase);
    });
    await label(made, 120, 130);
    await finishJob(studio, jobId);
    expect(phases.length).toBeGreaterThan(0);
    expect(phases.every((phase) => phase === 'paused')).toBe(true);
    expect((await waitForRefit(made, 2)).labels).toBeGreaterThanOrEqual(120);
  });

  it.skipIf(process.platform === 'win32')(
    'starts a new process for the next labels when one is killed',
    async () => {
      const made = await makeLabelled(600, 90);
      await read(made.api.live.visible.$put({ json: { imageIds: [] } }));
      await waitForRefit(made, 1);
      const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
      const own = list
        .split('\n')
        .find((line) => line.includes('live.worker') && line.includes(` ${process.pid} `));
      process.kill(Number(own?.trim().split(/\s+/)[0]), 'SIGKILL');
      await label(made, 90, 120);
      expect(await waitForRefit(made, 2)).toMatchObject({ labels: 120 });
    },
  );
});
