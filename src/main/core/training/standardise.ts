/** Per feature: what is subtracted, and what the difference is multiplied with (0 for a constant feature). */
export interface Standardiser {
  readonly mean: Float64Array;
  readonly inverse: Float64Array;
}

/** Below this spread, relative to the feature's size, a feature is rounding noise around a constant. */
const EPSILON = 1e-6;

/** Mean and inverse standard deviation of each of `inputs` features over `rows` of `[n, inputs] float32`. */
export function fitStandardiser(features: Float32Array, inputs: number, rows: Uint32Array): Standardiser {
  const mean = new Float64Array(inputs);
  const inverse = new Float64Array(inputs);
  // Two passes: one pass of sums of squares loses all digits where the mean is large beside the spread.
  for (const row of rows) {
    for (let j = 0, i = row * inputs; j < inputs; j++, i++) mean[j]! += features[i]!;
  }
  for (let j = 0; j < inputs; j++) mean[j]! /= rows.length;
  for (const row of rows) {
    for (let j = 0, i = row * inputs; j < inputs; j++, i++) {
      const difference = features[i]! - mean[j]!;
      inverse[j]! += difference * difference;
    }
  }
  for (let j = 0; j < inputs; j++) {
    const deviation = Math.sqrt(inverse[j]! / rows.length);
    inverse[j] = deviation > EPSILON * (Math.abs(mean[j]!) + EPSILON) ? 1 / deviation : 0;
  }
  return { mean, inverse };
}

/**
 * A dense layer on standardised features as the same layer on raw ones. `kernel` is `[inputs, units]`;
 * returns new arrays in float32, computed in doubles.
 */
export function foldStandardiser(
  kernel: Float64Array,
  bias: Float64Array,
  { mean, inverse }: Standardiser,
): { readonly kernel: Float32Array; readonly bias: Float32Array } {
  const units = bias.length;
  const folded = new Float32Array(kernel.length);
  const shift = Float64Array.from(bias);
  for (let i = 0; i < kernel.length; i++) {
    const input = Math.floor(i / units);
    const weight = kernel[i]! * inverse[input]!;
    folded[i] = weight;
    // With the rounded weight, so that rounding cannot move the mean of the logits.
    shift[i % units]! -= folded[i]! * mean[input]!;
  }
  return { kernel: folded, bias: Float32Array.from(shift) };
}

/** The reverse of `foldStandardiser`: a layer on raw features as the same layer on standardised ones. */
export function unfoldStandardiser(
  kernel: Float32Array,
  bias: Float32Array,
  { mean, inverse }: Standardiser,
): { readonly kernel: Float64Array; readonly bias: Float64Array } {
  const units = bias.length;
  const unfolded = new Float64Array(kernel.length);
  const shift = Float64Array.from(bias);
  for (let i = 0; i < kernel.length; i++) {
    const input = Math.floor(i / units);
    if (inverse[input] === 0) continue;
    unfolded[i] = kernel[i]! / inverse[input]!;
    shift[i % units]! += kernel[i]! * mean[input]!;
  }
  return { kernel: unfolded, bias: shift };
}
