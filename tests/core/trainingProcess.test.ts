import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { applyHead, predictProbabilities, softmaxRows } from '../../src/main/core/training/head.ts';
import {
  runEvaluator,
  runPredictor,
  runTrainer,
  type TrainerInput,
} from '../../src/main/core/training/runTrainer.ts';
import { trainHead } from '../../src/main/core/training/trainHead.ts';
import type { JobProgress } from '../../src/shared/jobs.ts';
import { ENGINE_NAMES } from '../../src/shared/training.ts';
import { drawTrainingData, oneClick, paper } from '../support/drawTraining.ts';
import { presentEngines } from '../support/engines.ts';
import { isAlive } from '../support/processes.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

/** A drawn set as a library keeps it: features in a flat file, in another order than the images. */
async function makeInput(changes: Partial<TrainerInput> = {}, images = 900): Promise<TrainerInput> {
  const { features, inputs, labels, parts, classes } = drawTrainingData({ images, distance: 0.25 });
  const folder = path.join(await makeTemporaryFolder(), 'features');
  const rows = Uint32Array.from(labels, (_, i) => images - 1 - i);
  const stored = new Float32Array(features.length);
  for (let i = 0; i < images; i++) {
    stored.set(features.subarray(i * inputs, (i + 1) * inputs), rows[i]! * inputs);
  }
  await mkdir(folder);
  await writeFile(path.join(folder, 'drawn.f32'), stored);
  return {
    featureFile: path.join(folder, 'drawn.f32'),
    dims: inputs,
    rows,
    labels,
    parts,
    units: Int32Array.from(labels.keys()),
    grouped: false,
    classNames: Array.from({ length: classes }, (_, k) => `class ${k}`),
    recipe: oneClick(),
    engine: 'auto',
    ...changes,
  };
}

describe('the trainer process', () => {
  it('trains, evaluates, predicts all images, and tells how it goes', async () => {
    const input = await makeInput();
    // Some images have no label: they are predicted, and nothing else.
    for (let i = 0; i < 40; i++) {
      input.labels[i] = -1;
      input.parts[i] = 3;
    }
    const progress: JobProgress[] = [];
    const output = await runTrainer(input, { report: (each) => progress.push(each) });

    expect(progress.length).toBeGreaterThan(1);
    expect(progress.some(({ curve }) => (curve?.length ?? 0) > 1)).toBe(true);
    const count = (part: number) => input.parts.filter((each) => each === part).length;
    expect([output.validation.images, output.test.images]).toEqual([count(1), count(2)]);
    expect(output.test.accuracy).toBeGreaterThan(0.6);
    expect(output.validation.calibration.temperature).toBe(output.temperature);
    expect(output.chosenStrength).not.toBeNull();
    expect(output.warnings).toEqual([]);

    const again = await runTrainer(input);
    expect(again.head).toEqual(output.head);
    expect(again.test).toEqual(output.test);

    const { featureFile, dims, rows } = input;
    const { head, temperature } = output;
    const predicted = await runPredictor({ featureFile, dims, rows, head, temperature });
    expect(predicted).toEqual(output.probabilities);
    const tested = input.parts.reduce<number[]>((found, part, i) => (part === 2 ? [...found, i] : found), []);
    const outside = await runEvaluator({
      featureFile,
      dims,
      rows: Uint32Array.from(tested, (i) => rows[i]!),
      head,
      temperature,
      labels: Int32Array.from(tested, (i) => input.labels[i]!),
      units: Int32Array.from(tested),
      grouped: false,
      classNames: input.classNames,
      seed: input.recipe.seed,
    });
    expect(outside.evaluation).toEqual(output.test);
    expect(outside.probabilities).toHaveLength(tested.length * head.classes);
  });

  it('gives calibrated probabilities of the head and the features', async () => {
    const input = await makeInput({ recipe: paper({ epochs: 12, learningRate: 0.01 }) });
    const output = await runTrainer(input);
    expect(output.bestEpoch).not.toBeNull();
    // The model says who computed its steps when that was not the engine.
    if (output.engine.device === 'cpu') expect(output.engine.steps).toMatch(/^onnxruntime \d+\.\d+/);
    expect(output.temperature).not.toBe(1);
    const { features } = drawTrainingData({ images: 900, distance: 0.25 });
    const expected = predictProbabilities(output.head, output.temperature, features, 900);
    expect(output.probabilities).toEqual(expected);
    expect(softmaxRows(applyHead(output.head, features, 900), 3, 1)).not.toEqual(expected);
  });

  it('uses the engine that was asked for although a better one is there, and one that is missing is no excuse', async () => {
    const input = await makeInput({ engine: 'wasm' }, 300);
    const { engine, warnings } = await runTrainer(input);
    expect(engine).toMatchObject({ name: 'wasm', device: 'cpu' });
    expect(warnings.join()).not.toMatch(/slower engine/);
    const missing = ENGINE_NAMES.find((name) => !presentEngines.includes(name));
    if (missing === undefined) return;
    await expect(runTrainer({ ...input, engine: missing })).rejects.toMatchObject({
      code: 'unsupported',
      subject: missing,
    });
  });

  it('is gone after a cancel', async () => {
    const controller = new AbortController();
    const input = await makeInput({ recipe: paper({ epochs: 10_000 }) });
    let pid = 0;
    const run = runTrainer(input, {
      signal: controller.signal,
      onStart: (started) => (pid = started),
      report: ({ done }) => done >= 2 && controller.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
  });

  it('that is killed ends the training with a word, not the core', async () => {
    const input = await makeInput({ recipe: paper({ epochs: 10_000 }) });
    let pid = 0;
    const run = runTrainer(input, {
      onStart: (started) => (pid = started),
      report: ({ done }) => done >= 2 && process.kill(pid, 'SIGKILL'),
    });
    await expect(run).rejects.toMatchObject({
      code: 'disconnected',
      todo: expect.stringMatching(/Train again/) as string,
    });
  });
});

describe('a training', () => {
  it.each<[string, (input: TrainerInput) => void, string, RegExp]>([
    ['one class', (i) => i.labels.fill(1), 'invalid', /fewer than two classes/],
    [
      'no validation images',
      (i) => void i.parts.set(i.parts.map((p) => (p === 1 ? 0 : p))),
      'invalid',
      /no validation/,
    ],
    ['no test images', (i) => void i.parts.set(i.parts.map((p) => (p === 2 ? 0 : p))), 'invalid', /no test/],
    ['a row that the file does not hold', (i) => (i.rows[4] = 99_999), 'corrupt', /rows/],
  ])('refuses %s with a sentence', async (_, spoil, code, message) => {
    const input = await makeInput({}, 120);
    spoil(input);
    await expect(trainHead(input)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it('names stored features that are not numbers', async () => {
    const input = await makeInput({}, 120);
    const values = new Float32Array(120 * input.dims).fill(0.5);
    values[3] = Number.NaN;
    values[input.dims * 7] = Infinity;
    await writeFile(input.featureFile, values);
    await expect(trainHead(input)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(/2 images/) as string,
    });
  });

  it('names a class that no training image shows', async () => {
    const input = await makeInput({}, 300);
    for (let i = 0; i < 300; i++) if (input.labels[i] === 2 && input.parts[i] === 0) input.parts[i] = 3;
    const { warnings, head } = await trainHead(input);
    expect(warnings).toContainEqual(expect.stringMatching(/“class 2” is in the training part/));
    expect(head.classes).toBe(3);
  });
});
