import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/main/core/math/random.ts';
import { applyHeadOnEngine } from '../../src/main/core/training/engineHead.ts';
import { loadEngine, type Tf } from '../../src/main/core/training/engines.ts';
import { applyHead, softmaxRows, type Head } from '../../src/main/core/training/head.ts';
import { makeOptimiser } from '../../src/main/core/training/optimiser.ts';
import { fitPaperHead } from '../../src/main/core/training/paperHead.ts';
import { PaperNetwork } from '../../src/main/core/training/paperNetwork.ts';
import { openGraphStep } from '../../src/main/core/training/paperStep.ts';
import { cutBatches } from '../../src/main/core/training/trainEpochs.ts';
import { spreadTargets } from '../../src/main/core/training/targets.ts';
import { countHeadParameters } from '../../src/main/core/training/parameterCounts.ts';
import { drawHead } from '../support/drawModel.ts';
import { drawTrainingData, paper } from '../support/drawTraining.ts';
import { presentEngines } from '../support/engines.ts';

type TfOptimizer = Parameters<ReturnType<Tf['sequential']>['compile']>[0]['optimizer'];

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a, (value, i) => Math.abs(value - b[i]!)).reduce((most, each) => Math.max(most, each), 0);

/** The paper's head as a Keras user writes it, to be trained by TensorFlow.js itself. */
function makeLayersModel(tf: Tf, inputs: number, classes: number, optimizer: TfOptimizer) {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [inputs], units: 128, activation: 'relu' }),
      tf.layers.batchNormalization(),
      tf.layers.dense({ units: 64, activation: 'relu' }),
      tf.layers.batchNormalization(),
      tf.layers.dense({ units: classes, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer, loss: 'categoricalCrossentropy' });
  return model;
}

/** Every number of a head layer by layer, in Keras's order. */
function listWeights(head: Head): Float32Array[] {
  return head.layers.flatMap((layer) =>
    layer.kind === 'dense'
      ? [layer.kernel, layer.bias]
      : [layer.gamma, layer.beta, layer.mean, layer.variance],
  );
}

/** Copies, because an engine may take over an array later than it is given. */
function setWeights(
  tf: Tf,
  model: ReturnType<typeof makeLayersModel>,
  values: readonly Float32Array[],
): void {
  let at = 0;
  tf.tidy(() => {
    for (const layer of model.layers) {
      layer.setWeights(layer.getWeights().map(({ shape }) => tf.tensor(values[at++]!.slice(), shape)));
    }
  });
}

describe.each(presentEngines)('the paper head on %s', (name) => {
  it.each([
    ['one graph', 'adam', 0],
    ['the engine', 'adam', 0],
    ['one graph', 'adam', 0.1],
    ['one graph', 'rmsprop', 0],
    ['the engine', 'rmsprop', 0.1],
    ['one graph', 'sgd', 0.2],
    ['the engine', 'sgd', 0],
  ] as const)('takes with %s, %s and label smoothing %d the same steps as TensorFlow.js', async (...how) => {
    const [way, optimiser, labelSmoothing] = how;
    const { tf } = await loadEngine(name);
    const data = drawTrainingData();
    const network = new PaperNetwork(tf, createRandom(5), data.inputs, data.classes);
    const theirOptimiser = {
      adam: tf.train.adam(1e-3),
      rmsprop: tf.train.rmsprop(1e-3),
      sgd: tf.train.momentum(1e-2, 0.9),
    }[optimiser];
    const learningRate = optimiser === 'sgd' ? 1e-2 : 1e-3;
    const model = makeLayersModel(tf, data.inputs, data.classes, theirOptimiser);
    const [k1, b1, g1, e1, k2, b2, g2, e2, k3, b3] = network.parameters as Float32Array[];
    const zeros = (n: number) => new Float32Array(n);
    const ones = (n: number) => new Float32Array(n).fill(1);
    const start = [k1, b1, g1, e1, zeros(128), ones(128), k2, b2, g2, e2, zeros(64), ones(64), k3, b3];
    setWeights(tf, model, start as Float32Array[]);
    const own = makeOptimiser(
      { optimiser, learningRate, momentum: 0.9 },
      network.parameters.map(({ length }) => length),
      network.arena,
    );
    const graph = await openGraphStep(network);
    for (let step = 0; step < 20; step++) {
      const rows = 16 + step;
      const values = data.features.slice(0, rows * data.inputs);
      const labels = data.labels.slice(0, rows);
      const targets = { labels, weights: new Float64Array(rows).fill(1), labelSmoothing };
      const input = { values, rows, columns: data.inputs };
      const ours =
        way === 'one graph' ? await graph.compute(input, targets) : network.computeGradients(input, targets);
      own.step(network.parameters, ours.gradients, learningRate);
      const [x, y] = [
        tf.tensor2d(values, [rows, data.inputs]),
        tf.tensor2d(spreadTargets(targets, data.classes), [rows, data.classes]),
      ];
      const theirs = (await model.trainOnBatch(x, y)) as number;
      tf.dispose([x, y]);
      expect(Math.abs(ours.loss - theirs)).toBeLessThan(1e-4);
    }
    const trained = model.trainableWeights.map((weight) => weight.read().dataSync());
    for (const [i, values] of network.parameters.entries()) {
      expect(largestDifference(values, trained[i]!)).toBeLessThan(1e-4);
    }
    model.dispose();
    await graph.close();
  });

  it('predicts what TensorFlow.js predicts with the same layers, in plain code and on the engine', async () => {
    const { tf } = await loadEngine(name);
    const head = drawHead(40, 7);
    const n = 301;
    const random = createRandom(2);
    const features = Float32Array.from({ length: n * 40 }, () => random.normal());
    const model = makeLayersModel(tf, 40, 7, tf.train.sgd(1));
    setWeights(tf, model, listWeights(head));
    const expected = tf.tidy(() =>
      (model.predict(tf.tensor2d(features, [n, 40])) as ReturnType<Tf['tensor']>).dataSync(),
    );
    const logits = applyHead(head, features, n);
    expect(largestDifference(softmaxRows(logits, 7, 1), expected)).toBeLessThan(1e-5);
    expect(largestDifference(applyHeadOnEngine(tf, head, features, n), logits)).toBeLessThan(1e-4);
    model.dispose();
  });

  it('gives the same weights for the same seed, other weights for another, and leaves no tensors', async () => {
    const { tf } = await loadEngine(name);
    const data = drawTrainingData();
    const before = tf.memory().numTensors;
    const first = await fitPaperHead(tf, data, paper({ seed: 4 }));
    expect(await fitPaperHead(tf, data, paper({ seed: 4 }))).toEqual(first);
    const other = await fitPaperHead(tf, data, paper({ seed: 5 }));
    expect(largestDifference(listWeights(other.head)[0]!, listWeights(first.head)[0]!)).toBeGreaterThan(0.01);
    expect(tf.memory().numTensors).toBe(before);
    const { total } = countHeadParameters('paper', data.inputs, data.classes);
    expect(listWeights(first.head).reduce((sum, { length }) => sum + length, 0)).toBe(total);
  });
});

describe('training the paper head', () => {
  it.skipIf(presentEngines.length < 2)('ends within 0.001 on every engine after 50 steps', async () => {
    const data = drawTrainingData();
    const heads: Head[] = [];
    for (const name of presentEngines) {
      const { tf } = await loadEngine(name);
      heads.push(
        (await fitPaperHead(tf, { ...data, parts: allTrain(data.parts) }, paper({ epochs: 5 }))).head,
      );
    }
    const [first, ...others] = heads.map((head) => applyHead(head, data.features, data.labels.length));
    for (const other of others) {
      const differences = softmaxRows(other, data.classes, 1);
      expect(largestDifference(differences, softmaxRows(first!, data.classes, 1))).toBeLessThan(1e-3);
    }
  });

  it('reports every epoch and keeps the best by validation loss', async () => {
    const { tf } = await loadEngine('auto');
    const data = drawTrainingData();
    const seen: number[] = [];
    const recipe = paper({ epochs: 12, learningRate: 0.01 });
    const fitted = await fitPaperHead(tf, data, recipe, { onProgress: ({ done }) => seen.push(done) });
    expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    const losses = fitted.curve.map(({ validationLoss }) => validationLoss!);
    const best = losses.indexOf(Math.min(...losses)) + 1;
    // Over-fitting is what makes this a test: the last epoch must not be the best.
    expect(best).toBeLessThan(12);
    expect(fitted.bestEpoch).toBe(best);
    const shorter = await fitPaperHead(tf, data, { ...recipe, epochs: best });
    expect(fitted.head).toEqual(shorter.head);
  });

  it('keeps the last epoch, and says so, without validation images', async () => {
    const { tf } = await loadEngine('auto');
    const data = drawTrainingData();
    const fitted = await fitPaperHead(tf, { ...data, parts: allTrain(data.parts) }, paper());
    expect(fitted.bestEpoch).toBe(4);
    expect(fitted.curve.every(({ validationLoss }) => validationLoss === null)).toBe(true);
    expect(fitted.warnings).toEqual([expect.stringMatching(/no validation images/)]);
  });

  it('stops early where the validation loss has not fallen for so many epochs, and says so', async () => {
    const { tf } = await loadEngine('auto');
    const data = drawTrainingData();
    const recipe = paper({ epochs: 40, learningRate: 0.01, earlyStopping: 3 });
    const fitted = await fitPaperHead(tf, data, recipe);
    const losses = fitted.curve.map(({ validationLoss }) => validationLoss!);
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(fitted.curve).toHaveLength(best + 3);
    expect(fitted.bestEpoch).toBe(best);
    expect(fitted.warnings).toEqual([expect.stringMatching(new RegExp(`after ${best + 3} of 40 epochs`))]);
    const patient = await fitPaperHead(tf, data, { ...recipe, epochs: best + 3, earlyStopping: 0 });
    expect(patient.head).toEqual(fitted.head);
  });

  it.each(['adam', 'rmsprop', 'sgd'] as const)('learns with %s, each in its own way', async (optimiser) => {
    const { tf } = await loadEngine('auto');
    const data = drawTrainingData({ distance: 0.6 });
    const recipe = paper({ epochs: 8, optimiser, learningRate: optimiser === 'sgd' ? 0.02 : 1e-3 });
    const fitted = await fitPaperHead(tf, data, { ...recipe, schedule: 'cosine', warmUpEpochs: 1 });
    expect(fitted.curve.at(-1)!.trainLoss).toBeLessThan(0.5 * fitted.curve[0]!.trainLoss);
    expect(fitted.curve.at(-1)!.validationAccuracy).toBeGreaterThan(0.7);
    const constant = await fitPaperHead(tf, data, recipe);
    expect(fitted.curve.at(-1)!.trainLoss).not.toBe(constant.curve.at(-1)!.trainLoss);
  });

  it.each([
    ['a learning rate of a million', { learningRate: 1e6 }, 0],
    ['a feature that is not a number', {}, Number.NaN],
  ])('stops at once on %s and says what to change', async (_, changes, spoiled) => {
    const { tf } = await loadEngine('auto');
    const data = drawTrainingData();
    data.features[5] = spoiled;
    const before = tf.memory().numTensors;
    const epochs: number[] = [];
    const run = fitPaperHead(tf, data, paper(changes), { onProgress: ({ done }) => epochs.push(done) });
    await expect(run).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/epoch 1/) as string,
      todo: expect.stringMatching(/learning rate/) as string,
    });
    expect(epochs).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(['at once', 'midway'])('cancels %s and leaves no tensors', async (when) => {
    const { tf } = await loadEngine('auto');
    const controller = new AbortController();
    if (when === 'at once') controller.abort();
    const before = tf.memory().numTensors;
    const epochs: number[] = [];
    const run = fitPaperHead(tf, drawTrainingData(), paper({ epochs: 10_000 }), {
      signal: controller.signal,
      onProgress: ({ done }) => {
        epochs.push(done);
        if (done === 2) controller.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(epochs).toEqual(when === 'at once' ? [] : [1, 2]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('never leaves a batch of one image, which has no variance', () => {
    const sizes = (images: number) => cutBatches(new Uint32Array(images), 32).map(({ length }) => length);
    expect(sizes(65)).toEqual([32, 33]);
    expect(sizes(66)).toEqual([32, 32, 2]);
    expect(sizes(64)).toEqual([32, 32]);
    expect(sizes(1)).toEqual([1]);
  });
});

function allTrain(parts: Uint8Array): Uint8Array {
  return new Uint8Array(parts.length);
}
