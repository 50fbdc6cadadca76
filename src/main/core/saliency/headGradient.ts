import type { BatchNormLayer, DenseLayer, Head } from '../training/head.ts';

/** A head at one point: what it says, and how that changes with each feature. */
export interface HeadGradient {
  /** `[classes]` before temperature. */
  readonly logits: Float64Array;
  /** `[inputs]` derivative of the class's margin by each feature. */
  readonly direction: Float64Array;
  /** The margin itself: the class's logit minus the mean of all. */
  readonly margin: number;
}

/**
 * The exact gradient, by hand, of one class's margin by the features `[inputs]`. The margin is the class's logit minus
 * the mean of all logits: a softmax stays the same when one number is added to every logit, so only such differences
 * mean anything. Where a ReLU stands at exactly 0 its slope is taken as 0.
 */
export function differentiateHead(head: Head, features: ArrayLike<number>, classIndex: number): HeadGradient {
  const outputs: Float64Array[] = [];
  let values = Float64Array.from(features);
  for (const layer of head.layers) {
    values = layer.kind === 'dense' ? applyDense(layer, values) : applyBatchNorm(layer, values);
    outputs.push(values);
  }
  let slope = new Float64Array(head.classes).fill(-1 / head.classes);
  slope[classIndex]! += 1;
  const margin = values.reduce((sum, logit, k) => sum + logit * slope[k]!, 0);
  for (let i = head.layers.length - 1; i >= 0; i -= 1) {
    const layer = head.layers[i]!;
    slope = layer.kind === 'dense' ? returnDense(layer, outputs[i]!, slope) : returnBatchNorm(layer, slope);
  }
  return { logits: values, direction: slope, margin };
}

function applyDense({ kernel, bias, inputs, units, activation }: DenseLayer, values: Float64Array) {
  const out = Float64Array.from(bias);
  for (let i = 0; i < inputs; i += 1) {
    for (let u = 0; u < units; u += 1) out[u]! += values[i]! * kernel[i * units + u]!;
  }
  return activation === 'relu' ? out.map((value) => Math.max(0, value)) : out;
}

function returnDense(
  { kernel, inputs, units, activation }: DenseLayer,
  output: Float64Array,
  slope: Float64Array,
) {
  const back = new Float64Array(inputs);
  for (let i = 0; i < inputs; i += 1) {
    for (let u = 0; u < units; u += 1) {
      if (activation === 'relu' && output[u]! <= 0) continue;
      back[i]! += slope[u]! * kernel[i * units + u]!;
    }
  }
  return back;
}

function scaleOf({ gamma, variance, epsilon }: BatchNormLayer, unit: number): number {
  return gamma[unit]! / Math.sqrt(variance[unit]! + epsilon);
}

function applyBatchNorm(layer: BatchNormLayer, values: Float64Array) {
  return values.map((value, u) => (value - layer.mean[u]!) * scaleOf(layer, u) + layer.beta[u]!);
}

function returnBatchNorm(layer: BatchNormLayer, slope: Float64Array) {
  return slope.map((value, u) => value * scaleOf(layer, u));
}
