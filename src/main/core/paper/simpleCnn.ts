import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';
import { FoveaError, throwIfCancelled } from '../../../shared/errors.ts';
import type { CurvePoint } from '../../../shared/jobs.ts';
import type { Sequential } from '@tensorflow/tfjs';
import { writeFileAtomic } from '../files/writeAtomic.ts';
import { createRandom } from '../math/random.ts';
import type { Tf } from '../training/engines.ts';
import { CNN_SIDE } from './paperFigures.ts';

const BATCH = 32;
const IMAGE = CNN_SIDE * CNN_SIDE * 3;

export interface CnnData {
  /** `[n, 160, 160, 3] uint8`. */
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
  readonly classes: number;
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

export interface CnnOptions {
  readonly epochs: number;
  readonly seed: number;
  /** Where weights, moments and curve lie after each epoch, so that a training that was ended goes on. */
  readonly checkpointFile: string;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, curve: readonly CurvePoint[]) => void;
}

interface State {
  readonly epoch: number;
  readonly curve: readonly CurvePoint[];
  readonly weights: readonly Saved[];
  readonly moments: readonly (Saved & { readonly name: string })[];
}

interface Saved {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The paper's network: four times conv 3 × 3 + ReLU + max-pool 2, then Dense 32 and softmax. */
export function buildSimpleCnn(tf: Tf, classes: number, seed: number): Sequential {
  const kernelInitializer = (at: number) => tf.initializers.glorotUniform({ seed: seed * 100 + at });
  const model = tf.sequential();
  for (const [at, filters] of [64, 64, 128, 128].entries()) {
    model.add(
      tf.layers.conv2d({
        ...{ filters, kernelSize: 3, padding: 'same', activation: 'relu' },
        kernelInitializer: kernelInitializer(at),
        ...(at === 0 ? { inputShape: [CNN_SIDE, CNN_SIDE, 3] } : {}),
      }),
    );
    model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  }
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 32, activation: 'relu', kernelInitializer: kernelInitializer(4) }));
  model.add(
    tf.layers.dense({ units: classes, activation: 'softmax', kernelInitializer: kernelInitializer(5) }),
  );
  model.compile({
    optimizer: tf.train.adam(1e-3),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

/**
 * Trains Simple_CNN from scratch with its own seeded order, and gives the predicted class of each test image after the
 * last epoch. A training that was ended goes on after its last whole epoch. Throws `cancelled`, or `invalid` when the
 * loss is not a number.
 */
export async function trainSimpleCnn(
  tf: Tf,
  data: CnnData,
  options: CnnOptions,
): Promise<{ readonly predicted: Int32Array; readonly curve: readonly CurvePoint[] }> {
  const model = buildSimpleCnn(tf, data.classes, options.seed);
  try {
    const before = await loadState(options.checkpointFile);
    if (before !== null) await restore(tf, model, before);
    const curve = [...(before?.curve ?? [])];
    const random = createRandom(options.seed);
    for (let epoch = 1; epoch <= options.epochs; epoch++) {
      const order = random.shuffle(data.train.slice());
      if (epoch <= (before?.epoch ?? 0)) continue;
      const { loss, accuracy } = await runEpoch(tf, model, data, order, options, (share) =>
        options.onProgress(epoch - 1 + share, options.epochs, curve),
      );
      const tested = await predict(tf, model, data, options.signal);
      curve.push({
        ...{ epoch, trainLoss: loss, trainAccuracy: accuracy },
        ...{ validationLoss: tested.loss, validationAccuracy: tested.accuracy },
      });
      await saveState(model, options.checkpointFile, epoch, curve);
      options.onProgress(epoch, options.epochs, curve);
    }
    const { predicted } = await predict(tf, model, data, options.signal);
    return { predicted, curve };
  } finally {
    model.dispose();
  }
}

async function runEpoch(
  tf: Tf,
  model: Sequential,
  data: CnnData,
  order: Uint32Array,
  { signal }: CnnOptions,
  onStep: (share: number) => void,
): Promise<{ loss: number; accuracy: number }> {
  let [loss, accuracy] = [0, 0];
  for (let start = 0; start < order.length; start += BATCH) {
    throwIfCancelled(signal);
    const rows = order.subarray(start, start + BATCH);
    const input = takeImages(tf, data, rows);
    const labels = tf.tensor1d(
      Array.from(rows, (row) => data.labels[row]!),
      'float32',
    );
    const [batchLoss, batchAccuracy] = (await model.trainOnBatch(input, labels)) as [number, number];
    input.dispose();
    labels.dispose();
    if (!Number.isFinite(batchLoss)) throw new FoveaError('invalid', 'The loss of Simple_CNN is no number.');
    loss += (batchLoss * rows.length) / order.length;
    accuracy += (batchAccuracy * rows.length) / order.length;
    onStep((start + rows.length) / order.length);
    await setImmediate();
  }
  return { loss, accuracy };
}

async function predict(tf: Tf, model: Sequential, data: CnnData, signal: AbortSignal) {
  const predicted = new Int32Array(data.test.length);
  let [loss, right] = [0, 0];
  for (let start = 0; start < data.test.length; start += BATCH) {
    throwIfCancelled(signal);
    const rows = data.test.subarray(start, start + BATCH);
    const input = takeImages(tf, data, rows);
    const output = model.predictOnBatch(input) as ReturnType<typeof tf.tensor>;
    const values = await output.data();
    input.dispose();
    output.dispose();
    for (const [i, row] of rows.entries()) {
      const own = values.subarray(i * data.classes, (i + 1) * data.classes);
      predicted[start + i] = own.indexOf(Math.max(...own));
      loss -= Math.log(Math.max(1e-7, own[data.labels[row]!]!)) / data.test.length;
      if (predicted[start + i] === data.labels[row]) right += 1;
    }
    await setImmediate();
  }
  return { predicted, loss, accuracy: right / data.test.length };
}

/** Scaled to [−1, 1]. */
function takeImages(tf: Tf, { pixels }: CnnData, rows: Uint32Array) {
  const values = new Float32Array(rows.length * IMAGE);
  for (const [i, row] of rows.entries()) {
    for (let from = row * IMAGE, to = i * IMAGE; to < (i + 1) * IMAGE; from++, to++) {
      values[to] = pixels[from]! / 127.5 - 1;
    }
  }
  return tf.tensor4d(values, [rows.length, CNN_SIDE, CNN_SIDE, 3]);
}

async function saveState(
  model: Sequential,
  file: string,
  epoch: number,
  curve: readonly CurvePoint[],
): Promise<void> {
  const weights = model.getWeights().map((tensor) => ({
    shape: [...tensor.shape],
    values: Float32Array.from(tensor.dataSync()),
  }));
  const moments = (await model.optimizer.getWeights()).map(({ name, tensor }) => ({
    ...{ name, shape: [...tensor.shape] },
    values: Float32Array.from(tensor.dataSync()),
  }));
  const state: State = { epoch, curve, weights, moments };
  await writeFileAtomic(file, serialize(state));
}

async function loadState(file: string): Promise<State | null> {
  try {
    return deserialize(await readFile(file)) as State;
  } catch {
    return null;
  }
}

async function restore(tf: Tf, model: Sequential, { weights, moments }: State): Promise<void> {
  const tensors = weights.map(({ values, shape }) => tf.tensor(values, [...shape]));
  model.setWeights(tensors);
  tensors.forEach((tensor) => tensor.dispose());
  await model.optimizer.setWeights(
    moments.map(({ name, values, shape }) => ({
      name,
      tensor:
        shape.length === 0
          ? tf.scalar(values[0]!, name === 'iter' ? 'int32' : 'float32')
          : tf.tensor(values, [...shape]),
    })),
  );
}
