import { FoveaError } from '../../../shared/errors.ts';
import type { DenseLayer, Head, HeadLayer } from '../training/head.ts';
import { POOLING_LAYER } from './backboneLayers.ts';
import { describeLayer } from './layersJson.ts';
import type { LayerJson, LayersPart, NamedWeight } from './layersJson.ts';

/** Name of the layer that gives one calibrated probability per class. */
export const OUTPUT_LAYER = 'probabilities';

/**
 * A head as TF.js layers behind the layer `input`, which gives the pooled features. The last layer gets a
 * softmax, and its weights are divided by the temperature, so that the model's output is the calibrated
 * probability: softmax((xW + b)/T).
 */
export function describeHead(head: Head, temperature: number, input = POOLING_LAYER): LayersPart {
  const last = head.layers.at(-1);
  if (last?.kind !== 'dense' || last.activation !== 'linear') {
    throw new FoveaError('internal', 'The head does not end in one logit per class.');
  }
  const layers: LayerJson[] = [];
  const weights: NamedWeight[] = [];
  let before = input;
  head.layers.forEach((layer, index) => {
    const isLast = layer === last;
    const name = isLast ? OUTPUT_LAYER : `head_${index + 1}`;
    const made = isLast ? calibrate(last, temperature) : layer;
    layers.push(describe(made, name, before, isLast));
    weights.push(...listWeights(made, name));
    before = name;
  });
  return { layers, weights, output: OUTPUT_LAYER };
}

function calibrate(layer: DenseLayer, temperature: number): DenseLayer {
  return {
    ...layer,
    kernel: layer.kernel.map((weight) => weight / temperature),
    bias: layer.bias.map((weight) => weight / temperature),
  };
}

function describe(layer: HeadLayer, name: string, before: string, isLast: boolean): LayerJson {
  if (layer.kind === 'batch_norm') {
    return describeLayer('BatchNormalization', name, [before], {
      axis: -1,
      momentum: 0.99,
      epsilon: layer.epsilon,
      center: true,
      scale: true,
    });
  }
  return describeLayer('Dense', name, [before], {
    units: layer.units,
    activation: isLast ? 'softmax' : layer.activation,
    use_bias: true,
  });
}

function listWeights(layer: HeadLayer, name: string): NamedWeight[] {
  const { units } = layer;
  if (layer.kind === 'dense') {
    return [
      { name: `${name}/kernel`, shape: [layer.inputs, units], data: layer.kernel },
      { name: `${name}/bias`, shape: [units], data: layer.bias },
    ];
  }
  return [
    { name: `${name}/gamma`, shape: [units], data: layer.gamma },
    { name: `${name}/beta`, shape: [units], data: layer.beta },
    { name: `${name}/moving_mean`, shape: [units], data: layer.mean },
    { name: `${name}/moving_variance`, shape: [units], data: layer.variance },
  ];
}
