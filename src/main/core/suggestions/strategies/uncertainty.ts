import type { Reason, Situation } from './strategy.ts';

/** The two likeliest classes of a row, the likelier first. */
export interface TopTwo {
  readonly first: number;
  readonly second: number;
  /** Probability of the first, and of the second. */
  readonly high: number;
  readonly low: number;
}

export function findTopTwo(probabilities: Float64Array, row: number, classes: number): TopTwo {
  let first = 0;
  let second = -1;
  const at = row * classes;
  for (let k = 1; k < classes; k++) {
    const value = probabilities[at + k]!;
    if (value > probabilities[at + first]!) {
      second = first;
      first = k;
    } else if (second < 0 || value > probabilities[at + second]!) second = k;
  }
  return {
    first,
    second,
    high: probabilities[at + first]!,
    low: second < 0 ? 0 : probabilities[at + second]!,
  };
}

/** Difference of the two highest probabilities: 0 for a row that could be either. */
export function marginOf(probabilities: Float64Array, row: number, classes: number): number {
  const { high, low } = findTopTwo(probabilities, row, classes);
  return high - low;
}

/** Shannon entropy of a row in nats. */
export function entropyOf(probabilities: Float64Array, row: number, classes: number): number {
  let sum = 0;
  for (let k = 0; k < classes; k++) {
    const p = probabilities[row * classes + k]!;
    if (p > 0) sum -= p * Math.log(p);
  }
  return sum;
}

/** Why an uncertain row was chosen: the two classes that it stands between. */
export function explainUncertain(probabilities: Float64Array, row: number, classes: number): Reason {
  const { first, second, high, low } = findTopTwo(probabilities, row, classes);
  if (second < 0 || high > 0.8) return { kind: 'uncertain', first, share: high };
  return { kind: 'between', first, second, shares: [high, low] };
}

/** Candidates by a value, the lowest first; of equals the earlier one. */
export function rankCandidates({ candidates }: Situation, valueOf: (row: number) => number): Uint32Array {
  const values = Float64Array.from(candidates, valueOf);
  const order = Array.from(candidates.keys()).sort((a, b) => values[a]! - values[b]! || a - b);
  return Uint32Array.from(order, (at) => candidates[at]!);
}
