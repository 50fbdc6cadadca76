import { chooseRandom } from './random.ts';
import type { Strategy } from './strategy.ts';
import { explainUncertain, findTopTwo } from './uncertainty.ts';

/**
 * k-means++ over gradient embeddings (BADGE, Ash 2020): the gradient of the loss at the last layer if the likeliest
 * class were the label, (p − onehot) ⊗ x. It is long where the head is unsure and points where the image differs, so
 * that a batch is both. The product is never written out: ‖a ⊗ x − b ⊗ y‖² = ‖a‖²‖x‖² + ‖b‖²‖y‖² − 2 (a·b)(x·y).
 * Without a head: random.
 */
export const chooseDiverse: Strategy = (situation) => {
  const { space, candidates, classes, probabilities, count, random } = situation;
  if (probabilities === null) return chooseRandom(situation);
  const { points, dims } = space;
  const n = candidates.length;
  const residuals = new Float64Array(n * classes);
  const lengths = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = candidates[i]!;
    const { first } = findTopTwo(probabilities, row, classes);
    let a = 0;
    for (let k = 0; k < classes; k++) {
      const value = probabilities[row * classes + k]! - (k === first ? 1 : 0);
      residuals[i * classes + k] = value;
      a += value * value;
    }
    let x = 0;
    for (let j = row * dims; j < (row + 1) * dims; j++) x += points[j]! * points[j]!;
    lengths[i] = a * x;
  }
  const between = (i: number, j: number): number => {
    let a = 0;
    for (let k = 0; k < classes; k++) a += residuals[i * classes + k]! * residuals[j * classes + k]!;
    if (a === 0) return lengths[i]! + lengths[j]!;
    let x = 0;
    const from = candidates[i]! * dims;
    const to = candidates[j]! * dims;
    for (let d = 0; d < dims; d++) x += points[from + d]! * points[to + d]!;
    return Math.max(0, lengths[i]! + lengths[j]! - 2 * a * x);
  };
  const nearest = Float64Array.from(lengths);
  const chosen: number[] = [];
  let next = nearest.reduce((best, value, i) => (value > nearest[best]! ? i : best), 0);
  while (chosen.length < Math.min(count, n)) {
    chosen.push(next);
    nearest[next] = 0;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      if (nearest[i]! > 0) nearest[i] = Math.min(nearest[i]!, between(i, next));
      sum += nearest[i]!;
    }
    next = drawByWeight(nearest, sum, random.next());
    if (chosen.includes(next)) next = firstMissing(chosen, n);
  }
  return chosen.slice(0, Math.min(count, n)).map((i) => ({
    row: candidates[i]!,
    reason: explainUncertain(probabilities, candidates[i]!, classes),
    cluster: null,
  }));
};

function drawByWeight(weights: Float64Array, sum: number, share: number): number {
  let left = share * sum;
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left < 0 && weights[i]! > 0) return i;
  }
  return 0;
}

/** Where all weights are 0 (images that are all alike), the first one not taken yet. */
function firstMissing(chosen: readonly number[], n: number): number {
  const taken = new Set(chosen);
  for (let i = 0; i < n; i++) if (!taken.has(i)) return i;
  return 0;
}
