/** log Σ exp of `logits[start … start + length)`, without overflow. −∞ when all of them are. */
export function logSumExp(logits: ArrayLike<number>, start = 0, length = logits.length - start): number {
  let largest = -Infinity;
  for (let index = start; index < start + length; index += 1) {
    if (logits[index]! > largest) largest = logits[index]!;
  }
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let index = start; index < start + length; index += 1) sum += Math.exp(logits[index]! - largest);
  return largest + Math.log(sum);
}

/**
 * Softmax of the `k` logits from `start`, divided by `temperature`, into `target` from `at`, in float64.
 * Returns log Σ exp of the divided logits, so that log pⱼ = logitⱼ / temperature − it.
 */
export function softmaxRow(
  logits: ArrayLike<number>,
  start: number,
  k: number,
  temperature: number,
  target: Float64Array,
  at = 0,
): number {
  let largest = -Infinity;
  for (let column = 0; column < k; column += 1) {
    if (logits[start + column]! > largest) largest = logits[start + column]!;
  }
  let sum = 0;
  for (let column = 0; column < k; column += 1) {
    const value = Math.exp((logits[start + column]! - largest) / temperature);
    target[at + column] = value;
    sum += value;
  }
  for (let column = 0; column < k; column += 1) target[at + column]! /= sum;
  return largest / temperature + Math.log(sum);
}

/**
 * Softmax of every row of `[n, k]` logits divided by `temperature`, in float64.
 *
 * Throws RangeError when the length is not a multiple of `k` or the temperature is not above 0.
 */
export function softmaxRows(logits: ArrayLike<number>, k: number, temperature = 1): Float64Array {
  if (!(temperature > 0)) throw new RangeError('A temperature is above 0.');
  const rows = countRows(logits.length, k);
  const probabilities = new Float64Array(logits.length);
  for (let row = 0; row < rows; row += 1) softmaxRow(logits, row * k, k, temperature, probabilities, row * k);
  return probabilities;
}

/** Index of the largest of `values[start … start + length)`; the first of equals, as numpy's argmax. */
export function argMax(values: ArrayLike<number>, start = 0, length = values.length - start): number {
  let best = 0;
  for (let offset = 1; offset < length; offset += 1) {
    if (values[start + offset]! > values[start + best]!) best = offset;
  }
  return best;
}

/** Number of rows of a flat `[n, k]` matrix. Throws RangeError when the length does not divide. */
export function countRows(length: number, k: number): number {
  if (k < 1 || !Number.isInteger(length / k)) {
    throw new RangeError(`${length} values do not make rows of ${k}.`);
  }
  return length / k;
}
