import type { Random } from '../math/random.ts';
import type { Arena } from './arena.ts';
import { multiply, transpose, type Matrix } from './engineProducts.ts';
import type { Tf } from './engines.ts';
import type { BatchNormLayer, DenseLayer } from './head.ts';

/** Keras's default. */
const EPSILON = 1e-3;

/** What a forward pass keeps for its backward pass; all `[rows, units]` but `inverse` `[units]`. */
interface Trace {
  readonly input: Matrix;
  readonly rectified: Float32Array;
  readonly normalised: Float64Array;
  readonly inverse: Float64Array;
}

/** Glorot uniform: ± √(6 / (inputs + units)), `[inputs, units]`. */
export function drawKernel(random: Random, inputs: number, units: number, arena: Arena): Float32Array {
  const limit = Math.sqrt(6 / (inputs + units));
  const kernel = arena.allocate(inputs * units);
  for (let i = 0; i < kernel.length; i++) kernel[i] = (2 * random.next() - 1) * limit;
  return kernel;
}

/**
 * Dense + ReLU + batch norm with its gradients. Products run on the engine, the rest here: at these sizes an
 * engine spends its time on the overhead of each of its dozens of small operations.
 */
export class HiddenLayer {
  readonly #tf: Tf;
  readonly inputs: number;
  readonly units: number;
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  #trace: Trace | null = null;

  constructor(tf: Tf, random: Random, inputs: number, units: number, arena: Arena) {
    this.#tf = tf;
    this.inputs = inputs;
    this.units = units;
    this.kernel = drawKernel(random, inputs, units, arena);
    this.bias = arena.allocate(units);
    this.gamma = arena.allocate(units).fill(1);
    this.beta = arena.allocate(units);
  }

  get parameters(): readonly Float32Array[] {
    return [this.kernel, this.bias, this.gamma, this.beta];
  }

  /** Normalises by the batch's own statistics, as in training. `input` is `[rows, inputs]`. */
  forward(input: Matrix): Matrix {
    const rectified = this.#rectify(input);
    const { mean, variance } = this.#describe(rectified, input.rows);
    const inverse = variance.map((value) => 1 / Math.sqrt(value + EPSILON));
    const normalised = new Float64Array(rectified.length);
    const out = new Float32Array(rectified.length);
    for (let i = 0; i < out.length; i++) {
      const u = i % this.units;
      normalised[i] = (rectified[i]! - mean[u]!) * inverse[u]!;
      out[i] = this.gamma[u]! * normalised[i]! + this.beta[u]!;
    }
    this.#trace = { input, rectified, normalised, inverse };
    return { values: out, rows: input.rows, columns: this.units };
  }

  /**
   * From d loss / d output of the last `forward` to the gradients of `parameters` (same order) and of the
   * input. `withInput` false saves the product for the first layer, whose input is data.
   */
  backward(
    output: Float32Array,
    withInput: boolean,
  ): { readonly gradients: readonly Float32Array[]; readonly input: Float32Array | null } {
    const { input, rectified, normalised, inverse } = this.#trace!;
    const { units } = this;
    const gamma = new Float32Array(units);
    const beta = new Float32Array(units);
    for (let i = 0; i < output.length; i++) {
      gamma[i % units]! += output[i]! * normalised[i]!;
      beta[i % units]! += output[i]!;
    }
    // Ioffe & Szegedy 2015, section 3, with the sums over the batch written once.
    const before = new Float32Array(output.length);
    const bias = new Float32Array(units);
    for (let i = 0; i < output.length; i++) {
      const u = i % units;
      if (rectified[i]! <= 0) continue;
      const centred = output[i]! - (beta[u]! + normalised[i]! * gamma[u]!) / input.rows;
      before[i] = this.gamma[u]! * inverse[u]! * centred;
      bias[u]! += before[i]!;
    }
    const dBefore: Matrix = { values: before, rows: input.rows, columns: units };
    const kernel = multiply(this.#tf, transpose(input), dBefore);
    const turned = { values: this.kernel, rows: this.inputs, columns: units };
    return {
      gradients: [kernel, bias, gamma, beta],
      input: withInput ? multiply(this.#tf, dBefore, transpose(turned)) : null,
    };
  }

  /**
   * The layer for prediction and its output on `input`, normalised by the statistics of all of `input`. They
   * are what Keras's moving averages approach after hundreds of steps; small sets never take that many.
   */
  freeze(input: Matrix): { readonly layers: readonly [DenseLayer, BatchNormLayer]; readonly output: Matrix } {
    const output = this.#rectify(input);
    const { mean, variance } = this.#describe(output, input.rows);
    for (let i = 0; i < output.length; i++) {
      const u = i % this.units;
      const scale = this.gamma[u]! / Math.sqrt(variance[u]! + EPSILON);
      output[i] = (output[i]! - mean[u]!) * scale + this.beta[u]!;
    }
    const { inputs, units } = this;
    return {
      layers: [
        {
          kind: 'dense',
          inputs,
          units,
          kernel: this.kernel.slice(),
          bias: this.bias.slice(),
          activation: 'relu',
        },
        {
          kind: 'batch_norm',
          units,
          gamma: this.gamma.slice(),
          beta: this.beta.slice(),
          mean: Float32Array.from(mean),
          variance: Float32Array.from(variance),
          epsilon: EPSILON,
        },
      ],
      output: { values: output, rows: input.rows, columns: units },
    };
  }

  #rectify(input: Matrix): Float32Array {
    const kernel = { values: this.kernel, rows: this.inputs, columns: this.units };
    const values = multiply(this.#tf, input, kernel);
    for (let i = 0; i < values.length; i++) {
      const sum = values[i]! + this.bias[i % this.units]!;
      // Not Math.max: a NaN must stay one, so that training sees it and stops.
      values[i] = sum < 0 ? 0 : sum;
    }
    return values;
  }

  /** Mean and biased variance of each unit. */
  #describe(values: Float32Array, rows: number): { mean: Float64Array; variance: Float64Array } {
    const mean = new Float64Array(this.units);
    const variance = new Float64Array(this.units);
    for (let i = 0; i < values.length; i++) mean[i % this.units]! += values[i]! / rows;
    for (let i = 0; i < values.length; i++) {
      variance[i % this.units]! += (values[i]! - mean[i % this.units]!) ** 2 / rows;
    }
    return { mean, variance };
  }
}
