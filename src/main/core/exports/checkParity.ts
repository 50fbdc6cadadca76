import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type * as TensorFlow from '@tensorflow/tfjs';
import type { Parity } from '../../../shared/exports.ts';
import { resizeBilinear } from '../../../shared/resize.ts';
import { decodeImage } from '../images/decodeImage.ts';
import { loadEngine } from '../training/engines.ts';
import type { ParitySet } from './parityFiles.ts';

interface ModelJson {
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly weights: TensorFlow.io.WeightsManifestEntry[] }[];
}

/**
 * Runs an exported model on its own parity set as a browser would (TensorFlow.js, wasm) and compares it with
 * the studio's probabilities. Run it in a worker process: it computes for a second or two.
 */
export async function checkParity(folder: string): Promise<Parity> {
  const { tf } = await loadEngine('wasm');
  const model = await loadModel(tf, folder);
  const side = Number(model.inputs[0]?.shape[1]);
  const set = JSON.parse(await readFile(path.join(folder, 'parity', 'parity.json'), 'utf8')) as ParitySet;
  let maxDifference = 0;
  let sameTop = 0;
  for (const { file, probabilities } of set.images) {
    const { rgb, width, height } = await decodeImage(await readFile(path.join(folder, 'parity', file)));
    const found = tf.tidy(() => {
      const scaled = Float32Array.from(resizeBilinear(rgb, width, height, side, side), (x) => x / 127.5 - 1);
      return (
        model.predict(tf.tensor4d(scaled, [1, side, side, 3])) as TensorFlow.Tensor
      ).dataSync<'float32'>();
    });
    probabilities.forEach((expected, index) => {
      maxDifference = Math.max(maxDifference, Math.abs(expected - (found[index] ?? NaN)));
    });
    const best = found.indexOf(Math.max(...found));
    if (best === probabilities.indexOf(Math.max(...probabilities))) sameTop += 1;
  }
  model.dispose();
  return { images: set.images.length, maxDifference, sameTop };
}

async function loadModel(tf: typeof TensorFlow, folder: string): Promise<TensorFlow.LayersModel> {
  const json = JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8')) as ModelJson;
  const weights = await readFile(path.join(folder, 'weights.bin'));
  return await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
      weightData: new Uint8Array(weights).buffer,
    }),
  );
}
