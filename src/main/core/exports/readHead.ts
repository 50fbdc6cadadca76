import * as v from 'valibot';
import { FoveaError } from '../../../shared/errors.ts';
import { parseLayer } from '../features/parseLayers.ts';
import type { RawLayer } from '../features/parseLayers.ts';
import type { WeightTensor } from '../features/layersModel.ts';
import type { DenseLayer, Head, HeadLayer } from '../training/head.ts';

const DenseConfig = v.object({
  units: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)),
  activation: v.picklist(['linear', 'relu', 'softmax']),
  use_bias: v.literal(true),
});

/**
 * Rebuilds the head from the layers behind the first layer of class `behind` (the pooling layer of an exported
 * model): a chain of dense and batch norm layers that ends in a softmax. Its logits need no temperature any more. Throws `unsupported` or `corrupt`.
 */
export function readHead(
  layers: readonly RawLayer[],
  weights: ReadonlyMap<string, WeightTensor>,
  folder: string,
  behind: 'GlobalAveragePooling2D' | 'InputLayer' = 'GlobalAveragePooling2D',
): Head {
  const at = layers.findIndex((layer) => layer.class_name === behind);
  const chain = at < 0 ? [] : layers.slice(at + 1);
  const made: HeadLayer[] = [];
  for (const [index, raw] of chain.entries()) {
    const before = layers[at + index]?.name;
    if (raw.inbound_nodes[0]?.length !== 1 || raw.inbound_nodes[0][0] !== before) throw strange(folder);
    made.push(readLayer(raw, weights, folder, index === chain.length - 1));
  }
  const [first, last] = [made[0], made.at(-1)];
  if (first?.kind !== 'dense' || last?.kind !== 'dense') throw strange(folder);
  made.reduce((units, layer) => {
    if ((layer.kind === 'dense' ? layer.inputs : layer.units) !== units) throw strange(folder);
    return layer.units;
  }, first.inputs);
  return { inputs: first.inputs, classes: last.units, layers: made };
}

function readLayer(
  raw: RawLayer,
  weights: ReadonlyMap<string, WeightTensor>,
  folder: string,
  isLast: boolean,
): HeadLayer {
  if (raw.class_name === 'Dense') return readDense(raw, weights, folder, isLast);
  if (raw.class_name !== 'BatchNormalization') throw strange(folder);
  const layer = parseLayer(raw, weights, folder);
  if (layer.kind !== 'batchNorm' || layer.gamma === null || layer.beta === null) throw strange(folder);
  const units = layer.mean.data.length;
  const parts = {
    gamma: layer.gamma.data,
    beta: layer.beta.data,
    mean: layer.mean.data,
    variance: layer.variance.data,
  };
  if (Object.values(parts).some((part) => part.length !== units)) throw strange(folder);
  return { kind: 'batch_norm', units, ...parts, epsilon: layer.epsilon };
}

function readDense(
  raw: RawLayer,
  weights: ReadonlyMap<string, WeightTensor>,
  folder: string,
  isLast: boolean,
): DenseLayer {
  const config = v.safeParse(DenseConfig, raw.config);
  const kernel = weights.get(`${raw.name}/kernel`);
  const bias = weights.get(`${raw.name}/bias`);
  if (!config.success || kernel === undefined || bias === undefined) throw strange(folder);
  const { units, activation } = config.output;
  const [inputs = 0, outputs = 0] = kernel.shape;
  if (outputs !== units || kernel.shape.length !== 2 || bias.data.length !== units) throw strange(folder);
  if (isLast !== (activation === 'softmax')) throw strange(folder);
  return {
    kind: 'dense',
    inputs,
    units,
    kernel: kernel.data,
    bias: bias.data,
    activation: activation === 'softmax' ? 'linear' : activation,
  };
}

function strange(folder: string): FoveaError {
  return new FoveaError('unsupported', 'model.json does not end in a head as Fovea Studio writes it.', {
    subject: folder,
    todo: 'Choose a folder that was written by "fovea export".',
  });
}
