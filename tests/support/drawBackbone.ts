import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { createRandom } from '../../src/main/core/math/random.ts';

/** How the drawn network is written: as our set-up keeps backbones, or as old Keras converters wrote them. */
type Form = 'two files' | 'sharded with classifier';

const DIMS = 24;

/**
 * Writes a small network of MobileNet's building blocks with random weights and real batch-norm statistics
 * as a layers-model folder, and gives the model itself for comparison (`[n, side, side, 3]` → `[n, h, w, 24]`).
 */
export async function drawBackbone(folder: string, side: number, form: Form): Promise<tf.LayersModel> {
  await tf.setBackend('wasm');
  const { input, output } = connectBlocks(side);
  const trunk = tf.model({ inputs: input, outputs: output });
  const whole = form === 'two files' ? trunk : tf.model({ inputs: input, outputs: addClassifier(output) });
  randomiseWeights(whole);
  await mkdir(folder, { recursive: true });
  await whole.save(
    tf.io.withSaveHandler(async (artifacts) => {
      await writeFolder(folder, artifacts, form);
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' as const } };
    }),
  );
  return trunk;
}

function connectBlocks(side: number): { input: tf.SymbolicTensor; output: tf.SymbolicTensor } {
  const input = tf.input({ shape: [side, side, 3] });
  const norm = (x: tf.SymbolicTensor): tf.SymbolicTensor =>
    tf.layers.batchNormalization({ epsilon: 1e-3 }).apply(x) as tf.SymbolicTensor;
  const clip = (x: tf.SymbolicTensor): tf.SymbolicTensor =>
    tf.layers.reLU({ maxValue: 6 }).apply(x) as tf.SymbolicTensor;
  const convolve = (x: tf.SymbolicTensor, filters: number, useBias: boolean): tf.SymbolicTensor =>
    tf.layers.conv2d({ filters, kernelSize: 1, padding: 'same', useBias }).apply(x) as tf.SymbolicTensor;
  const spread = (x: tf.SymbolicTensor, strides: number, padding: 'same' | 'valid'): tf.SymbolicTensor =>
    tf.layers
      .depthwiseConv2d({ kernelSize: 3, strides, padding, useBias: false })
      .apply(x) as tf.SymbolicTensor;
  const pad = (x: tf.SymbolicTensor): tf.SymbolicTensor =>
    tf.layers
      .zeroPadding2d({
        padding: [
          [0, 1],
          [0, 1],
        ],
      })
      .apply(x) as tf.SymbolicTensor;

  const first = tf.layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: 'valid', useBias: false });
  let x = clip(norm(first.apply(pad(input)) as tf.SymbolicTensor));
  x = clip(norm(spread(x, 2, 'same')));
  x = norm(convolve(x, 12, true));
  let inner = clip(norm(convolve(x, 20, false)));
  inner = clip(norm(spread(inner, 1, 'same')));
  inner = norm(convolve(inner, 12, false));
  x = tf.layers.add().apply([x, inner]) as tf.SymbolicTensor;
  x = clip(norm(spread(pad(x), 2, 'valid')));
  x = norm(convolve(x, DIMS, false));
  return { input, output: tf.layers.activation({ activation: 'relu6' }).apply(x) as tf.SymbolicTensor };
}

function addClassifier(x: tf.SymbolicTensor): tf.SymbolicTensor {
  const pooled = tf.layers.globalAveragePooling2d({}).apply(x) as tf.SymbolicTensor;
  const rows = tf.layers.reshape({ targetShape: [1, 1, DIMS] }).apply(pooled) as tf.SymbolicTensor;
  const dropped = tf.layers.dropout({ rate: 0.1 }).apply(rows) as tf.SymbolicTensor;
  const scores = tf.layers.conv2d({ filters: 7, kernelSize: 1 }).apply(dropped) as tf.SymbolicTensor;
  return tf.layers.activation({ activation: 'softmax' }).apply(scores) as tf.SymbolicTensor;
}

function randomiseWeights(model: tf.LayersModel): void {
  const random = createRandom(7);
  const weights = model.weights.map((weight) => {
    const shape = weight.shape as number[];
    const size = shape.reduce((product, each) => product * each, 1);
    const isSpread = weight.name.includes('variance') || weight.name.includes('gamma');
    const draw = (): number => (isSpread ? 0.4 + random.next() : random.next() - 0.45);
    return tf.tensor(Float32Array.from({ length: size }, draw), shape);
  });
  model.setWeights(weights);
  tf.dispose(weights);
}

async function writeFolder(folder: string, artifacts: tf.io.ModelArtifacts, form: Form): Promise<void> {
  const bytes = new Uint8Array(artifacts.weightData as ArrayBuffer);
  const weights = artifacts.weightSpecs ?? [];
  if (form === 'two files') {
    const { modelTopology } = artifacts;
    const weightsManifest = [{ paths: ['weights.bin'], weights }];
    await writeFile(path.join(folder, 'model.json'), JSON.stringify({ modelTopology, weightsManifest }));
    await writeFile(path.join(folder, 'weights.bin'), bytes);
    return;
  }
  // One group cut into two shards at an odd place, as converters do.
  const paths = ['group1-shard1of2', 'group1-shard2of2'];
  const modelTopology = { keras_version: '2.1.4', model_config: artifacts.modelTopology };
  const json = JSON.stringify({ modelTopology, weightsManifest: [{ paths, weights }] });
  await writeFile(path.join(folder, 'model.json'), json);
  await writeFile(path.join(folder, 'group1-shard1of2'), bytes.subarray(0, 1001));
  await writeFile(path.join(folder, 'group1-shard2of2'), bytes.subarray(1001));
}
