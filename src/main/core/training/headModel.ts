import * as v from 'valibot';
import { describeHead } from '../exports/headLayers.ts';
import { describeLayer, joinLayersModel, type LayersModelFiles } from '../exports/layersJson.ts';
import { readHead } from '../exports/readHead.ts';
import type { WeightTensor } from '../features/layersModel.ts';
import { RawLayer } from '../features/parseLayers.ts';
import { cutWeights, WeightManifest } from '../features/weightManifest.ts';
import type { Head } from './head.ts';

const ModelJson = v.object({
  modelTopology: v.object({
    config: v.object({ layers: v.pipe(v.array(RawLayer), v.minLength(2), v.maxLength(100)) }),
  }),
  weightsManifest: v.pipe(WeightManifest, v.length(1)),
});

/**
 * A head as a TF.js layers model of its own: features `[n, inputs]` in, calibrated probabilities
 * `[n, classes]` out, because the temperature is folded into the last layer.
 */
export function writeHeadModel(head: Head, temperature: number): LayersModelFiles {
  const input = {
    ...describeLayer('InputLayer', 'input', []),
    config: { batch_input_shape: [null, head.inputs], dtype: 'float32', sparse: false, name: 'input' },
  };
  const source = { layers: [input], weights: [], output: 'input' };
  return joinLayersModel([source, describeHead(head, temperature, 'input')]);
}

/**
 * The head of `writeHeadModel`, with the temperature taken out of its last layer again: logits differ from the
 * original's by rounding only. Throws FoveaError or ValiError when the parts do not fit each other.
 */
export function readHeadModel(json: string, bytes: Uint8Array, temperature: number, folder: string): Head {
  const { modelTopology, weightsManifest } = v.parse(ModelJson, JSON.parse(json));
  const weights = new Map<string, WeightTensor>();
  for (const group of weightsManifest) cutWeights(group, bytes, folder, weights);
  const head = readHead(modelTopology.config.layers, weights, folder, 'InputLayer');
  const last = head.layers.at(-1);
  if (last?.kind !== 'dense') throw new Error('A head ends in a dense layer.');
  const unfold = (values: Float32Array): Float32Array => values.map((value) => value * temperature);
  const output = { ...last, kernel: unfold(last.kernel), bias: unfold(last.bias) };
  return { ...head, layers: [...head.layers.slice(0, -1), output] };
}
