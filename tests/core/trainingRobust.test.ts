import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createRandom } from '../../src/main/core/math/random.ts';
import { openCheckpoint, type Checkpoint } from '../../src/main/core/training/checkpoint.ts';
import { loadEngine } from '../../src/main/core/training/engines.ts';
import { applyHead, type Head } from '../../src/main/core/training/head.ts';
import { fitOneClickHead } from '../../src/main/core/training/oneClickHead.ts';
import { fitPaperHead } from '../../src/main/core/training/paperHead.ts';
import { listPart, type TrainingData } from '../../src/main/core/training/trainingData.ts';
import { argMax } from '../../src/main/core/math/softmax.ts';
import { isFinished } from '../../src/shared/jobs.ts';
import type { ModelCard } from '../../src/shared/training.ts';
import { addFeatures } from '../support/addFeatures.ts';
import { addImages } from '../support/addImages.ts';
import '../support/backbones.ts';
import { drawTrainingData, oneClick, paper } from '../support/drawTraining.ts';
import { presentEngines } from '../support/engines.ts';
import { sharedModels } from '../support/shared.ts';
import { finishJob, makeStudio, read, resultOf, type TestStudio } from '../support/studio.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const MEBIBYTE = 2 ** 20;

describe.each(presentEngines)('on %s', (name) => {
  it('the same seed gives the same weights in three runs of each recipe', async () => {
    const { tf } = await loadEngine(name);
    const data = drawTrainingData({ images: 700, inputs: 64 });
    const hash = (head: Head) => createHash('sha256').update(JSON.stringify(head)).digest('hex');
    const seen = new Set<string>();
    for (let run = 0; run < 3; run++) {
      const one = await fitOneClickHead(tf, data, oneClick({ seed: 6 }));
      const other = await fitPaperHead(tf, data, paper({ seed: 6 }));
      seen.add(`${hash(one.head)} ${hash(other.head)}`);
    }
    expect(seen.size).toBe(1);
  });

  it('20 trainings in a row leave no tensors and no more than 50 MB behind', async () => {
    const { tf } = await loadEngine(name);
    const data = drawTrainingData({ images: 800, inputs: 300 });
    const train = async () => {
      await fitOneClickHead(tf, data, oneClick({ maxIterations: 10 }));
      await fitPaperHead(tf, data, paper({ epochs: 1 }));
    };
    // The first ones fill pools and caches that are then used again.
    for (let run = 0; run < 5; run++) await train();
    globalThis.gc?.();
    const before = { tensors: tf.memory().numTensors, bytes: process.memoryUsage.rss() };
    for (let run = 0; run < 20; run++) await train();
    globalThis.gc?.();
    expect(tf.memory().numTensors).toBe(before.tensors);
    expect((process.memoryUsage.rss() - before.bytes) / MEBIBYTE).toBeLessThan(50);
  });
});

describe('the paper head', () => {
  it('learns no more from shuffled labels than chance', async () => {
    const { tf } = await loadEngine('auto');
    let right = 0;
    let images = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const data = drawTrainingData({ images: 500, classes: 4, distance: 2, seed });
      const shuffled = { ...data, labels: createRandom(seed).shuffle(data.labels.slice()) };
      const { head } = await fitPaperHead(tf, shuffled, paper({ seed, epochs: 3 }));
      right += countRight(head, shuffled);
      images += listPart(data, 'test').length;
    }
    const deviation = Math.sqrt(0.25 * 0.75 * images);
    expect(Math.abs(right - images / 4)).toBeLessThan(3.3 * deviation);
  });

  it('hears a cancel in the middle of an epoch', async () => {
    const { tf } = await loadEngine('auto');
    const controller = new AbortController();
    const epochs: number[] = [];
    // Thousands of steps an epoch: seconds.
    const data = drawTrainingData({ images: 12_000, inputs: 200 });
    const run = fitPaperHead(tf, data, paper({ batchSize: 2, epochs: 2 }), {
      signal: controller.signal,
      onProgress: ({ done }) => epochs.push(done),
    });
    setTimeout(() => controller.abort(), 100);
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(epochs).toEqual([]);
  });

  it.each([1, 3])('goes on after epoch %d to the weights it would have had', async (stopAfter) => {
    const { tf } = await loadEngine('auto');
    const data = drawTrainingData();
    const file = path.join(await makeTemporaryFolder(), 'x.checkpoint');
    const whole = await fitPaperHead(tf, data, paper({ epochs: 6 }));
    const controller = new AbortController();
    const stopped = fitPaperHead(tf, data, paper({ epochs: 6 }), {
      signal: controller.signal,
      checkpoint: openCheckpoint(file),
      onProgress: ({ done }) => done === stopAfter && controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const epochs: number[] = [];
    const resumed = await fitPaperHead(tf, data, paper({ epochs: 6 }), {
      checkpoint: openCheckpoint(file),
      onProgress: ({ done }) => epochs.push(done),
    });
    expect(epochs[0]).toBe(stopAfter + 1);
    expect(resumed).toEqual(whole);
  });

  it('takes no checkpoint that is damaged, and trains on a disk that is full', async () => {
    const checkpoint = { epoch: 2, curve: [], best: null } as unknown as Checkpoint;
    const file = path.join(await makeTemporaryFolder(), 'x.checkpoint');
    const store = openCheckpoint(file);
    expect(await store.load()).toBeNull();
    await store.save(checkpoint);
    expect(await store.load()).toEqual(checkpoint);
    const bytes = await readFile(file);
    bytes[bytes.length - 3]! ^= 1;
    await writeFile(file, bytes);
    expect(await store.load()).toBeNull();
    await writeFile(file, bytes.subarray(0, 20));
    expect(await store.load()).toBeNull();
    // A file where its folder should be stands for a disk that takes nothing.
    const { tf } = await loadEngine('auto');
    const blocked = openCheckpoint(path.join(file, 'below', 'x.checkpoint'));
    const fitted = await fitPaperHead(tf, drawTrainingData(), paper(), { checkpoint: blocked });
    expect(fitted.curve).toHaveLength(4);
  });
});

function countRight(head: Head, data: TrainingData): number {
  const logits = applyHead(head, data.features, data.labels.length);
  return listPart(data, 'test').filter(
    (row) => argMax(logits, row * data.classes, data.classes) === data.labels[row],
  ).length;
}

const CLASSES = ['tumour', 'stroma', 'fat'];
const DIMS = 1280;

interface Labelled extends TestStudio {
  readonly imageIds: readonly number[];
  readonly classIds: readonly number[];
}

/** A library of labelled images with drawn features of MobileNetV2's size. */
async function makeLabelled(images: number): Promise<Labelled> {
  const made = await makeStudio();
  const imageIds = addImages(made, images);
  const drawn = drawTrainingData({ images, inputs: DIMS, distance: 0.05 });
  await addFeatures(made.studio.requireLibrary(), imageIds, drawn.features, DIMS);
  const classIds: number[] = [];
  for (const [k, name] of CLASSES.entries()) {
    const { classId } = await read(made.api.classes.$post({ json: { name } }));
    classIds.push(classId);
    const chosen = imageIds.filter((_, i) => drawn.labels[i] === k);
    await read(made.api.labels.$post({ json: { imageIds: chosen, classId } }));
  }
  return { ...made, imageIds, classIds };
}

const startPaper = async ({ api }: TestStudio, epochs: number): Promise<number> =>
  (
    await read(
      api.training.$post({ json: { recipe: 'paper', backbone: 'mobilenet_v2', settings: { epochs } } }),
    )
  ).jobId;

const epochOf = ({ studio }: TestStudio, jobId: number): number => {
  const { progress } = studio.requireJobs().find(jobId);
  return progress?.phase.startsWith('epoch') === true ? progress.done : 0;
};

/** The process of this one's that trains. */
function findTrainer(): number {
  const lines = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  const line = lines.split('\n').find((each) => each.includes('trainer.worker'));
  return Number(line?.trim().split(/\s+/)[0]);
}

async function hashWeights({ studio, library }: TestStudio, jobId: number): Promise<string> {
  const { modelId } = await resultOf<{ modelId: string }>(studio, jobId);
  const weights = await readFile(path.join(library, 'models', modelId, 'weights.bin'));
  return createHash('sha256').update(weights).digest('hex');
}

describe.skipIf(sharedModels === null || process.platform !== 'linux')('a training job', () => {
  it('whose trainer is killed is interrupted, and goes on from its last epoch to the same weights', async () => {
    const test = await makeLabelled(500);
    const killed = await startPaper(test, 24);
    await vi.waitFor(() => expect(epochOf(test, killed)).toBeGreaterThanOrEqual(3), {
      timeout: 20_000,
      interval: 5,
    });
    process.kill(findTrainer(), 'SIGKILL');
    const job = await finishJob(test.studio, killed);
    expect(job).toMatchObject({ state: 'interrupted', problem: { code: 'disconnected' } });

    const firstSeen: number[] = [];
    test.studio.events.subscribe((event) => {
      if (event.type !== 'job.changed' || isFinished(event.job.state)) return;
      const { progress } = event.job;
      if (progress?.phase.startsWith('epoch') === true) firstSeen.push(progress.done);
    });
    const again = await read(test.api.jobs[':jobId'].again.$post({ param: { jobId: String(killed) } }));
    const resumed = await hashWeights(test, again.jobId);
    expect(firstSeen[0]).toBeGreaterThan(3);
    // The whole training, from its first epoch: nothing is left to go on from.
    firstSeen.length = 0;
    expect(await hashWeights(test, await startPaper(test, 24))).toBe(resumed);
    expect(firstSeen[0]).toBeLessThan(4);
  });

  it('uses the labels as they were when it began, and its model says so', async () => {
    const test = await makeLabelled(400);
    const { studio, api, imageIds, classIds } = test;
    const cardOf = async (jobId: number): Promise<ModelCard> => {
      const { modelId } = await resultOf<{ modelId: string }>(studio, jobId);
      return (await read(api.models[':modelId'].$get({ param: { modelId } }))) as ModelCard;
    };
    const undisturbed = await cardOf(await startPaper(test, 2));
    const jobId = await startPaper(test, 20);
    await vi.waitFor(() => expect(epochOf(test, jobId)).toBeGreaterThanOrEqual(1), {
      timeout: 20_000,
      interval: 5,
    });
    await read(api.labels.$post({ json: { imageIds: imageIds.slice(0, 5), classId: null } }));
    await read(api.labels.$post({ json: { imageIds: imageIds.slice(5, 7), classId: classIds[0]! } }));
    const card = await cardOf(jobId);
    expect(card.libraryFingerprint).toBe(undisturbed.libraryFingerprint);
    expect(card.warnings.join()).toMatch(/labels of [67] images were changed during this training/);
    expect(undisturbed.warnings.join()).not.toMatch(/changed during/);
    const after = await cardOf(await startPaper(test, 1));
    expect(after.libraryFingerprint).not.toBe(card.libraryFingerprint);
  });
});
