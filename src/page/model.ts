import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { resizeBilinear } from '../shared/resize.ts';
import type { EngineReport } from './classifierProtocol.ts';
import type { Rgb } from './decodePicture.ts';

/** A model ready to answer: calibrated probabilities of one picture. */
export interface Classifier {
  readonly engine: EngineReport;
  readonly classify: (picture: Rgb) => Promise<Float32Array>;
}

/**
 * Loads `model.json` and `weights.bin` beside the page and warms the network up. Throws when the files are
 * missing or the browser can run no engine at all.
 */
export async function loadClassifier(base: string): Promise<Classifier> {
  const engine = await chooseEngine(base);
  const model = await loadLayersModel(new URL('model.json', base).href);
  const side = model.inputs[0]?.shape[1];
  if (typeof side !== 'number') throw new Error('The model does not say how large its input is.');
  const classify = async (picture: Rgb): Promise<Float32Array> => await run(model, picture, side);
  await classify({ data: new Uint8Array(side * side * 3), width: side, height: side });
  return { engine, classify };
}

/**
 * WebAssembly on one thread (the threaded build needs headers that not every server sends), otherwise plain
 * JavaScript: slow, but the same numbers.
 */
async function chooseEngine(base: string): Promise<EngineReport> {
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths(new URL('wasm/', base).href);
  try {
    if (await tf.setBackend('wasm')) {
      await tf.ready();
      return { name: 'WebAssembly', fast: true };
    }
  } catch {
    // Some hardened browsers have no WebAssembly.
  }
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
  await tf.ready();
  return { name: 'JavaScript', fast: false };
}

/** The studio's own preprocessing: its resampling, then x/127.5 − 1. */
async function run(model: LayersModel, picture: Rgb, side: number): Promise<Float32Array> {
  const pixels = resizeBilinear(picture.data, picture.width, picture.height, side, side);
  const output = tf.tidy(() => {
    const scaled = Float32Array.from(pixels, (value) => value / 127.5 - 1);
    return model.predict(tf.tensor4d(scaled, [1, side, side, 3]));
  });
  if (Array.isArray(output)) throw new Error('The model gives more than one answer.');
  const probabilities = await output.data<'float32'>();
  output.dispose();
  return Float32Array.from(probabilities);
}
