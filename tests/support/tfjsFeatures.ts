import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';

interface LayersModelJson {
  modelTopology: { config: { layers: { config: { batch_input_shape?: unknown } }[] } };
  weightsManifest: { paths: string[]; weights: tf.io.WeightsManifestEntry[] }[];
}

/** The layers model in `folder` (one weight file), as TF.js itself loads it, for inputs of the given side. */
export async function loadReference(
  folder: string,
  side: number,
  backend: 'cpu' | 'wasm' = 'wasm',
): Promise<tf.LayersModel> {
  await tf.setBackend(backend);
  const json = JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8')) as LayersModelJson;
  const group = json.weightsManifest[0];
  if (group === undefined) throw new Error('The model names no weights.');
  for (const layer of json.modelTopology.config.layers) {
    if ('batch_input_shape' in layer.config) layer.config.batch_input_shape = [null, side, side, 3];
  }
  const weights = await readFile(path.join(folder, group.paths[0] ?? ''));
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: json.modelTopology,
      weightSpecs: group.weights,
      weightData: new Uint8Array(weights).buffer,
    }),
  );
}

/**
 * Features as TF.js computes them: uint8 `[count, side, side, 3]` → x/127.5 − 1 → the layers model → mean
 * over both spatial axes → float32 `[count, dims]`.
 */
export async function referenceFeatures(
  model: tf.LayersModel,
  pixels: Uint8Array,
  count: number,
  side: number,
): Promise<Float32Array> {
  const features = tf.tidy(() => {
    const scaled = tf.tensor4d(Float32Array.from(pixels), [count, side, side, 3]).div(127.5).sub(1);
    return (model.predict(scaled) as tf.Tensor4D).mean([1, 2]);
  });
  const values = await features.data<'float32'>();
  features.dispose();
  return values;
}
