import type {
  BackboneLayer,
  BackboneModel,
  ConvolutionLayer,
  WeightTensor,
} from '../features/layersModel.ts';
import type { Random } from '../math/random.ts';
import type { DenseLayer } from './head.ts';

/** Filters of the four convolutions, and units of the layer before the classes. */
const FILTERS = [64, 64, 128, 128] as const;
const UNITS = 32;

/**
 * The paper's network with random weights: four times conv 3 × 3 + ReLU + max-pool 2, flatten, Dense 32 + ReLU, softmax.
 * Dense 32 on the flattened map is written as a convolution as large as the map, which is the same sums of the same
 * weights in the same order, and pooling over the one cell that is left changes nothing: so it is a network like the
 * others, features and a linear head. Kernels are drawn as Keras draws them (Glorot uniform), biases are 0.
 */
export function drawSimpleCnn(
  side: number,
  classes: number,
  random: Random,
): { readonly model: BackboneModel; readonly head: DenseLayer } {
  const layers: BackboneLayer[] = [{ kind: 'input', name: 'input', inputs: [] }];
  let before = 'input';
  let channels = 3;
  for (const [at, filters] of FILTERS.entries()) {
    const name = `conv_${at + 1}`;
    const kernel = drawTensor(random, [3, 3, channels, filters], 9 * channels, 9 * filters);
    layers.push({ ...describe(name, before, kernel), padding: 'same' });
    layers.push({ kind: 'maxPool', name: `pool_${at + 1}`, inputs: [name], size: 2 });
    [before, channels] = [`pool_${at + 1}`, filters];
  }
  const left = side / 2 ** FILTERS.length;
  const kernel = drawTensor(random, [left, left, channels, UNITS], left * left * channels, UNITS);
  layers.push({ ...describe('dense', before, kernel), padding: 'valid' });
  const head: DenseLayer = {
    ...{ kind: 'dense', inputs: UNITS, units: classes, activation: 'linear' },
    kernel: drawTensor(random, [UNITS, classes], UNITS, classes).data,
    bias: new Float32Array(classes),
  };
  return { model: { folder: '', layers, output: 'dense', dims: UNITS, sha256: '' }, head };
}

/** Parameters of Simple_CNN; all of them are trained. 670,056 with 8 classes at 160 × 160. */
export function countSimpleCnn(classes: number, side = 160): number {
  let channels = 3;
  let sum = 0;
  for (const filters of FILTERS) {
    sum += 9 * channels * filters + filters;
    channels = filters;
  }
  const left = side / 2 ** FILTERS.length;
  return sum + left * left * channels * UNITS + UNITS + UNITS * classes + classes;
}

function describe(name: string, input: string, kernel: WeightTensor): Omit<ConvolutionLayer, 'padding'> {
  const bias = { shape: [kernel.shape[3]!], data: new Float32Array(kernel.shape[3]!) };
  return { kind: 'convolution', name, inputs: [input], strides: [1, 1], kernel, bias, activation: 'relu' };
}

/** Glorot uniform: ± √(6 / (in + out)). */
function drawTensor(random: Random, shape: readonly number[], fanIn: number, fanOut: number): WeightTensor {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  const length = shape.reduce((product, each) => product * each, 1);
  return { shape, data: Float32Array.from({ length }, () => (2 * random.next() - 1) * limit) };
}
