import { softmaxRows as softmax } from '../math/softmax.ts';

/** `activation(x · kernel + bias)`. */
export interface DenseLayer {
  readonly kind: 'dense';
  readonly inputs: number;
  readonly units: number;
  /** `[inputs, units]`, row-major. */
  readonly kernel: Float32Array;
  /** `[units]` */
  readonly bias: Float32Array;
  readonly activation: 'linear' | 'relu';
}

/** `gamma · (x − mean) / √(variance + epsilon) + beta`, with the statistics gathered in training. */
export interface BatchNormLayer {
  readonly kind: 'batch_norm';
  readonly units: number;
  /** All four `[units]`. */
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly epsilon: number;
}

export type HeadLayer = DenseLayer | BatchNormLayer;

/** The trained part of a model: features in, one logit per class out (the softmax is not a layer). */
export interface Head {
  /** Features per image. */
  readonly inputs: number;
  readonly classes: number;
  readonly layers: readonly HeadLayer[];
}

/**
 * Logits of `n` images. `features` is `[n, inputs] float32`; returns `[n, classes] float32`. Sums are kept in
 * double precision, so the result is the same on every machine whatever engine trained the head.
 */
export function applyHead(head: Head, features: Float32Array, n: number): Float32Array {
  if (features.length < n * head.inputs) {
    throw new RangeError(
      `${n} images of ${head.inputs} features were asked for; ${features.length} values came.`,
    );
  }
  // A few hundred images at a time keep the hidden values in cache and memory small for 100,000 images.
  const block = 256;
  const logits = new Float32Array(n * head.classes);
  const layers = head.layers.map(prepareLayer);
  for (let start = 0; start < n; start += block) {
    const rows = Math.min(block, n - start);
    let values = features.subarray(start * head.inputs, (start + rows) * head.inputs);
    for (const apply of layers) values = apply(values, rows);
    logits.set(values, start * head.classes);
  }
  return logits;
}

/** Class probabilities `[n, classes] float32`: softmax of `logits / temperature`, computed in doubles. */
export function softmaxRows(logits: Float32Array, classes: number, temperature: number): Float32Array {
  return new Float32Array(softmax(logits, classes, temperature));
}

/** Calibrated probabilities `[n, classes] float32` of `features` `[n, inputs] float32`. */
export function predictProbabilities(
  head: Head,
  temperature: number,
  features: Float32Array,
  n: number,
): Float32Array {
  return softmaxRows(applyHead(head, features, n), head.classes, temperature);
}

/** A layer made ready for many rows: takes `[rows, inputs]`, gives `[rows, units]`. */
type PreparedLayer = (values: Float32Array, rows: number) => Float32Array;

function prepareLayer(layer: HeadLayer): PreparedLayer {
  return layer.kind === 'dense' ? prepareDense(layer) : prepareBatchNorm(layer);
}

function prepareDense(layer: DenseLayer): PreparedLayer {
  const { inputs, units, bias, activation } = layer;
  const packed = packKernel(layer);
  return (values, rows) => {
    const out = new Float32Array(rows * units);
    const sums = new Float64Array(8);
    for (let row = 0; row < rows; row += 2) {
      // The last of an odd number of rows is paired with itself: one loop serves all.
      const second = Math.min(row + 1, rows - 1);
      for (let unit = 0; unit < units; unit += 4) {
        multiplyTile(values, row * inputs, second * inputs, packed, unit * inputs, inputs, sums);
        for (let k = 0; k < 4 && unit + k < units; k++) {
          out[row * units + unit + k] = activate(sums[k]! + bias[unit + k]!, activation);
          out[second * units + unit + k] = activate(sums[4 + k]! + bias[unit + k]!, activation);
        }
      }
    }
    return out;
  };
}

function activate(sum: number, activation: DenseLayer['activation']): number {
  return activation === 'relu' && sum < 0 ? 0 : sum;
}

/** The kernel in doubles, four units side by side (missing ones zero), so that the inner loop reads in order. */
function packKernel({ kernel, inputs, units }: DenseLayer): Float64Array {
  const packed = new Float64Array(Math.ceil(units / 4) * 4 * inputs);
  for (let unit = 0; unit < units; unit++) {
    const start = (unit - (unit % 4)) * inputs + (unit % 4);
    for (let i = 0; i < inputs; i++) packed[start + 4 * i] = kernel[i * units + unit]!;
  }
  return packed;
}

/** Two rows times four units into `sums` (first row's four, second row's four); eight sums stay in registers. */
function multiplyTile(
  values: Float32Array,
  firstRow: number,
  secondRow: number,
  packed: Float64Array,
  offset: number,
  inputs: number,
  sums: Float64Array,
): void {
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  for (let i = 0, p = offset; i < inputs; i++, p += 4) {
    const a = values[firstRow + i]!;
    const b = values[secondRow + i]!;
    const w0 = packed[p]!;
    const w1 = packed[p + 1]!;
    const w2 = packed[p + 2]!;
    const w3 = packed[p + 3]!;
    a0 += a * w0;
    a1 += a * w1;
    a2 += a * w2;
    a3 += a * w3;
    b0 += b * w0;
    b1 += b * w1;
    b2 += b * w2;
    b3 += b * w3;
  }
  sums[0] = a0;
  sums[1] = a1;
  sums[2] = a2;
  sums[3] = a3;
  sums[4] = b0;
  sums[5] = b1;
  sums[6] = b2;
  sums[7] = b3;
}

function prepareBatchNorm({ units, gamma, beta, mean, variance, epsilon }: BatchNormLayer): PreparedLayer {
  const scale = Float64Array.from(gamma, (g, u) => g / Math.sqrt(variance[u]! + epsilon));
  const shift = Float64Array.from(beta, (b, u) => b - mean[u]! * scale[u]!);
  return (values, rows) => {
    const out = new Float32Array(rows * units);
    for (let i = 0, u = 0; i < out.length; i++, u = u + 1 === units ? 0 : u + 1) {
      out[i] = values[i]! * scale[u]! + shift[u]!;
    }
    return out;
  };
}
