import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeBackbone } from '../../src/main/core/exports/backboneLayers.ts';
import { joinLayersModel } from '../../src/main/core/exports/layersJson.ts';
import { cutNetwork } from '../../src/main/core/features/cutNetwork.ts';
import { openExtractor } from '../../src/main/core/features/extractor.ts';
import type { BackboneModel } from '../../src/main/core/features/layersModel.ts';
import { openPictures, preparePictures, readPictures } from '../../src/main/core/features/pictures.ts';
import { readLayersModel } from '../../src/main/core/features/readLayersModel.ts';
import { writeBackboneGraph } from '../../src/main/core/features/writeBackboneGraph.ts';
import { createRandom } from '../../src/main/core/math/random.ts';
import { openCheckpoint } from '../../src/main/core/training/checkpoint.ts';
import { loadEngine, type Tf } from '../../src/main/core/training/engines.ts';
import { fineTune, fitFromScratch, type FineTuneData } from '../../src/main/core/training/fitNetwork.ts';
import { applyHead, type DenseLayer } from '../../src/main/core/training/head.ts';
import { makeOptimiser } from '../../src/main/core/training/optimiser.ts';
import { defaultRecipe } from '../../src/main/core/training/recipes.ts';
import { scalePixels, type RowSource } from '../../src/main/core/training/rowSource.ts';
import { countSimpleCnn, drawSimpleCnn } from '../../src/main/core/training/simpleCnn.ts';
import { TfNetwork } from '../../src/main/core/training/tfNetwork.ts';
import type { FineTuneRecipe, FromScratchRecipe } from '../../src/shared/training.ts';
import { drawBackbone } from '../support/drawBackbone.ts';
import { drawPicture } from '../support/drawImages.ts';
import { presentEngines } from '../support/engines.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const hasNative = presentEngines.includes('tfjs-node');
const SIDE = 96;

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a, (value, i) => Math.abs(value - b[i]!)).reduce((most, each) => Math.max(most, each), 0);

/** Rows of some numbers each, held in memory. */
function sourceOf(values: Float32Array, size: number): RowSource {
  return {
    read: (places) => {
      const rows = new Float32Array(places.length * size);
      places.forEach((at, i) => rows.set(values.subarray(at * size, (at + 1) * size), i * size));
      return Promise.resolve(rows);
    },
    close: () => Promise.resolve(),
  };
}

/** Pictures of two looks, two of three to learn from. */
function drawSet(images: number) {
  const labels = Int32Array.from({ length: images }, (_, i) => i % 2);
  const parts = Uint8Array.from(labels, (_, i) => [0, 0, 0, 0, 1, 1, 2, 2][i % 8]!);
  const pixels = new Uint8Array(images * SIDE * SIDE * 3);
  for (const [i, look] of labels.entries()) pixels.set(drawPicture(i, SIDE, SIDE, look), i * SIDE * SIDE * 3);
  return { labels, parts, pixels, classes: 2 };
}

async function writeGraph(folder: string, name: string, model: BackboneModel, end: 'features' | 'map') {
  const graphPath = path.join(folder, `${name}.onnx`);
  await mkdir(folder, { recursive: true });
  await writeFile(graphPath, writeBackboneGraph(model, SIDE, end));
  return graphPath;
}

/** A small network of MobileNet's blocks, and what it says of drawn pictures. */
async function makeFineTuning(
  images: number,
): Promise<FineTuneData & { pixels: Uint8Array; folder: string }> {
  const folder = await makeTemporaryFolder();
  await drawBackbone(path.join(folder, 'network'), SIDE, 'two files');
  const model = await readLayersModel(path.join(folder, 'network'));
  const set = drawSet(images);
  const { trunk, shape } = cutNetwork(model, 1, SIDE);
  const run = async (name: string, part: BackboneModel, end: 'features' | 'map', dims: number) => {
    const graphPath = await writeGraph(folder, name, part, end);
    const extractor = await openExtractor({ graphPath, side: SIDE, dims });
    return extractor.extract(set.pixels, images).finally(() => extractor.close());
  };
  const size = shape[0] * shape[1] * shape[2];
  const maps = sourceOf(await run('trunk', trunk, 'map', size), size);
  const features = await run('whole', model, 'features', model.dims);
  return { ...set, folder, model, maps, features, inputs: model.dims };
}

const tuning = (changes: Partial<FineTuneRecipe> = {}): FineTuneRecipe => ({
  ...(defaultRecipe('fine-tune', { resolution: SIDE }) as FineTuneRecipe),
  ...{ unfrozenBlocks: 1, epochs: 3, batchSize: 8, learningRate: 1e-3, ...changes },
});

const scratch = (changes: Partial<FromScratchRecipe> = {}): FromScratchRecipe => ({
  ...(defaultRecipe('from-scratch', { resolution: SIDE }) as FromScratchRecipe),
  ...{ epochs: 2, batchSize: 8, ...changes },
});

describe('a network that is cut', () => {
  it('is cut before its last blocks where it is narrowest, and refuses more blocks than it has', async () => {
    const folder = await makeTemporaryFolder();
    await drawBackbone(folder, SIDE, 'two files');
    const model = await readLayersModel(folder);
    const one = cutNetwork(model, 1, SIDE);
    expect(one.trunk.layers.at(-1)!.kind).toBe('add');
    expect(one.shape).toEqual([24, 24, 12]);
    expect([...one.trunk.layers, ...one.tail]).toEqual(model.layers);
    const two = cutNetwork(model, 2, SIDE);
    expect(two.tail.length).toBeGreaterThan(one.tail.length);
    expect(two.tail.filter(({ kind }) => kind === 'depthwise')).toHaveLength(2);
    expect(() => cutNetwork(model, 3, SIDE)).toThrow(
      expect.objectContaining({ code: 'invalid', subject: 'unfrozenBlocks' }) as Error,
    );
  });

  it('whose batch norm was folded into its weights is refused, with the reason', async () => {
    const folder = await makeTemporaryFolder();
    await drawBackbone(path.join(folder, 'whole'), SIDE, 'two files');
    const model = await readLayersModel(path.join(folder, 'whole'));
    const { json, weights } = joinLayersModel([describeBackbone(model, SIDE)]);
    await mkdir(path.join(folder, 'folded'));
    await writeFile(path.join(folder, 'folded', 'model.json'), json);
    await writeFile(path.join(folder, 'folded', 'weights.bin'), weights);
    const folded = await readLayersModel(path.join(folder, 'folded'));
    expect(folded.dims).toBe(model.dims);
    expect(() => cutNetwork(folded, 1, SIDE)).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        message: expect.stringMatching(/folded into its weights/) as string,
      }) as Error,
    );
  });
});

describe('pictures in the place of features', () => {
  it('come back byte by byte, whatever the bytes', async () => {
    const spec = preparePictures(SIDE);
    // Among them patterns that are no numbers as floats.
    const random = createRandom(1);
    const pixels = Uint8Array.from({ length: 2 * SIDE * SIDE * 3 }, (_, i) =>
      i % 4 === 3 ? 255 : random.int(256),
    );
    const rows = await openPictures(spec).extract(pixels, 2);
    expect(rows).toHaveLength(2 * spec.dims);
    const copy = new Float32Array(rows.length);
    copy.set(rows.subarray(0));
    expect(Buffer.from(readPictures(copy)).equals(Buffer.from(pixels))).toBe(true);
  });
});

/** The paper's network as a Keras user writes it. */
function makeKerasCnn(tf: Tf, side: number, classes: number) {
  const model = tf.sequential();
  for (const [at, filters] of [64, 64, 128, 128].entries()) {
    const shape = at === 0 ? { inputShape: [side, side, 3] } : {};
    model.add(tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu', ...shape }));
    model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  }
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 32, activation: 'relu' }));
  model.add(tf.layers.dense({ units: classes, activation: 'softmax' }));
  model.compile({ optimizer: tf.train.momentum(1e-2, 0.9), loss: 'sparseCategoricalCrossentropy' });
  return model;
}

describe.skipIf(!hasNative)('Simple_CNN', () => {
  it('has the parameters of the paper, table III', async () => {
    const { tf } = await loadEngine('tfjs-node');
    expect(countSimpleCnn(8)).toBe(670_056);
    for (const [classes, side] of [
      [2, 160],
      [8, 160],
      [10, 96],
    ] as const) {
      const model = makeKerasCnn(tf, side, classes);
      expect(model.countParams()).toBe(countSimpleCnn(classes, side));
      model.dispose();
    }
  });

  it('takes the same steps as TensorFlow.js does with the layers of the paper', async () => {
    const { tf } = await loadEngine('tfjs-node');
    const set = drawSet(8);
    const { model, head } = drawSimpleCnn(SIDE, 2, createRandom(5));
    const scaled = scalePixels(set.pixels);
    const design = {
      ...{ layers: model.layers.slice(1), input: 'input', output: model.output, head },
      inputShape: [SIDE, SIDE, 3] as const,
    };
    const network = new TfNetwork(tf, design, sourceOf(scaled, SIDE * SIDE * 3));
    const keras = makeKerasCnn(tf, SIDE, 2);
    // Dense 32 is a convolution as large as the map here: the same weights in the same order.
    keras.setWeights(
      keras.weights.map(({ shape }, i) => tf.tensor(network.parameters[i]!.slice(), shape as number[])),
    );
    const optimiser = makeOptimiser(
      { optimiser: 'sgd', learningRate: 1e-2, momentum: 0.9 },
      network.parameters.map(({ length }) => length),
    );
    const rows = Uint32Array.from(set.labels.keys());
    const x = tf.tensor4d(scaled, [8, SIDE, SIDE, 3]);
    const y = tf.tensor1d(Float32Array.from(set.labels));
    for (let step = 0; step < 3; step++) {
      const targets = { labels: set.labels, weights: new Float64Array(8).fill(1), labelSmoothing: 0 };
      const own = await network.compute(rows, targets);
      optimiser.step(network.parameters, own.gradients, 1e-2);
      expect(Math.abs(own.loss - ((await keras.trainOnBatch(x, y)) as number))).toBeLessThan(1e-4);
    }
    for (const [i, weight] of keras.weights.entries()) {
      expect(largestDifference(network.parameters[i]!, weight.read().dataSync())).toBeLessThan(1e-4);
    }
    tf.dispose([x, y]);
    keras.dispose();
    network.dispose();
  });

  it('learns, and as files it says what it said in training', async () => {
    const { tf } = await loadEngine('tfjs-node');
    const set = drawSet(16);
    const pixels = sourceOf(scalePixels(set.pixels), SIDE * SIDE * 3);
    const before = tf.memory().numTensors;
    const fitted = await fitFromScratch(tf, { ...set, pixels }, scratch({ epochs: 4, batchSize: 4 }));
    expect(tf.memory().numTensors).toBe(before);
    expect(fitted.curve.at(-1)!.trainLoss).toBeLessThan(fitted.curve[0]!.trainLoss);
    expect(fitted.trainable).toBe(countSimpleCnn(2, SIDE));
    const folder = await makeTemporaryFolder();
    const { json, weights } = joinLayersModel([describeBackbone(fitted.network, SIDE)]);
    await writeFile(path.join(folder, 'model.json'), json);
    await writeFile(path.join(folder, 'weights.bin'), weights);
    const model = await readLayersModel(folder);
    const graphPath = await writeGraph(folder, 'cnn', model, 'features');
    const extractor = await openExtractor({ graphPath, side: SIDE, dims: model.dims });
    const features = await extractor.extract(set.pixels, 16);
    await extractor.close();
    expect(largestDifference(applyHead(fitted.head, features, 16), fitted.logits)).toBeLessThan(1e-3);
  });

  it('goes on after an epoch to the weights it would have had', async () => {
    const { tf } = await loadEngine('tfjs-node');
    const set = drawSet(8);
    const data = { ...set, pixels: sourceOf(scalePixels(set.pixels), SIDE * SIDE * 3) };
    const recipe = scratch({ epochs: 2, schedule: 'cosine' });
    const file = path.join(await makeTemporaryFolder(), 'x.checkpoint');
    const whole = await fitFromScratch(tf, data, recipe);
    const controller = new AbortController();
    const stopped = fitFromScratch(tf, data, recipe, {
      signal: controller.signal,
      checkpoint: openCheckpoint(file),
      onProgress: ({ done }) => done === 1 && controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const resumed = await fitFromScratch(tf, data, recipe, { checkpoint: openCheckpoint(file) });
    expect(resumed.curve).toEqual(whole.curve);
    expect(hashOf(resumed)).toBe(hashOf(whole));
  });
});

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

describe.skipIf(!hasNative)('fine-tuning', () => {
  it('begins with the head alone, makes the loss lower, and leaves what is frozen as it was', async () => {
    const data = await makeFineTuning(32);
    const { tf } = await loadEngine('tfjs-node');
    const before = tf.memory().numTensors;
    const phases: string[] = [];
    const fitted = await fineTune(tf, data, tuning({ epochs: 6 }), {
      onProgress: ({ phase }) => phases.push(phase),
    });
    expect(tf.memory().numTensors).toBe(before);
    expect(phases[0]).toBe('training the head first');
    expect(fitted.curve[0]!.epoch).toBe(0);
    expect(fitted.curve.at(-1)!.trainLoss).toBeLessThan(fitted.curve[0]!.trainLoss);
    const { trunk, tail } = cutNetwork(data.model, 1, SIDE);
    const after = new Map(fitted.network.layers.map((layer) => [layer.name, layer]));
    for (const layer of trunk.layers) expect(after.get(layer.name)).toEqual(layer);
    for (const layer of tail) {
      const own = after.get(layer.name)!;
      if (layer.kind === 'batchNorm' && own.kind === 'batchNorm') {
        expect([own.mean, own.variance]).toEqual([layer.mean, layer.variance]);
        expect(own.gamma!.data).not.toEqual(layer.gamma!.data);
      } else if (layer.kind === 'depthwise' && own.kind === 'depthwise') {
        expect(own.kernel.data).not.toEqual(layer.kernel.data);
      }
    }
    // The network as it was saved says what the trained blocks said of the maps.
    const graphPath = await writeGraph(data.folder, 'tuned', fitted.network, 'features');
    const extractor = await openExtractor({ graphPath, side: SIDE, dims: data.model.dims });
    const features = await extractor.extract(data.pixels, 32);
    await extractor.close();
    expect(largestDifference(applyHead(fitted.head, features, 32), fitted.logits)).toBeLessThan(1e-3);
  });

  it('keeps the head alone, and says so, where training the blocks only harms', async () => {
    const data = await makeFineTuning(32);
    const { tf } = await loadEngine('tfjs-node');
    // Validation images of wrong labels: whatever is learnt from the others makes them worse.
    const labels = data.labels.map((label, i) => (data.parts[i] === 1 ? 1 - label : label));
    const fitted = await fineTune(tf, { ...data, labels }, tuning({ epochs: 2 }));
    expect(fitted.bestEpoch).toBe(0);
    expect(fitted.warnings).toContainEqual(expect.stringMatching(/head alone was kept/));
    expect(fitted.network.layers).toEqual(data.model.layers);
    const alone = applyHead(fitted.head, data.features, 32);
    expect(largestDifference(alone, fitted.logits)).toBeLessThan(1e-3);
    expect((fitted.head.layers[0] as DenseLayer).inputs).toBe(data.inputs);
  });

  it.each(['at once', 'in the middle of an epoch'])(
    'hears a cancel %s and leaves no tensors',
    async (when) => {
      const data = await makeFineTuning(32);
      const { tf } = await loadEngine('tfjs-node');
      const controller = new AbortController();
      if (when === 'at once') controller.abort();
      let batches = 0;
      const { maps } = data;
      const counted: RowSource = {
        ...maps,
        read: (places) => {
          batches += 1;
          // After the look at the validation part, two batches of the first epoch.
          if (batches === 3) controller.abort();
          return maps.read(places);
        },
      };
      const before = tf.memory().numTensors;
      const run = fineTune(tf, { ...data, maps: counted }, tuning({ batchSize: 2, epochs: 500 }), {
        signal: controller.signal,
      });
      await expect(run).rejects.toMatchObject({ code: 'cancelled' });
      expect(batches).toBeLessThanOrEqual(3);
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});
