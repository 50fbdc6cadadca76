import type { Calibration } from '../../../shared/evaluation.ts';
import { argMax, countRows, softmaxRow } from '../math/softmax.ts';

const BINS = 15;

/** Images whose confidence falls into one bin. */
export interface ConfidenceBin {
  readonly count: number;
  /** Mean confidence in the named class; 0 for an empty bin. */
  readonly confidence: number;
  /** Share named rightly; 0 for an empty bin. */
  readonly accuracy: number;
}

/**
 * How far the probabilities softmax(logits / temperature) can be believed.
 * `logits [n, k]`, `labels [n]`, n ≥ 1; computed in float64. The log loss is not clipped.
 */
export function measureCalibration(
  logits: ArrayLike<number>,
  labels: Int32Array,
  k: number,
  temperature: number,
): Calibration {
  const n = countRows(logits.length, k);
  const probabilities = new Float64Array(k);
  const confidence = new Float64Array(n);
  const right = new Uint8Array(n);
  let squares = 0;
  let loss = 0;
  for (let row = 0; row < n; row += 1) {
    const label = labels[row]!;
    const logSum = softmaxRow(logits, row * k, k, temperature, probabilities);
    for (let column = 0; column < k; column += 1) {
      const difference = probabilities[column]! - (column === label ? 1 : 0);
      squares += difference * difference;
    }
    loss += logSum - logits[row * k + label]! / temperature;
    // The logits decide, as they do everywhere: rounding of probabilities must not break a tie otherwise.
    const named = argMax(logits, row * k, k);
    confidence[row] = probabilities[named]!;
    right[row] = named === label ? 1 : 0;
  }
  return { ece: measureEce(binByConfidence(confidence, right)), brier: squares / n, logLoss: loss / n };
}

/**
 * Equal-width bins (i/bins, (i + 1)/bins] of the named class's probability (Guo et al. 2017).
 * `confidence [n]`, `right [n]` 1 where the named class is the true one.
 */
export function binByConfidence(confidence: Float64Array, right: Uint8Array, bins = BINS): ConfidenceBin[] {
  const counts = new Int32Array(bins);
  const hits = new Int32Array(bins);
  const sums = new Float64Array(bins);
  for (let row = 0; row < confidence.length; row += 1) {
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence[row]! * bins) - 1));
    counts[bin]! += 1;
    hits[bin]! += right[row]!;
    sums[bin]! += confidence[row]!;
  }
  return Array.from(counts, (count, bin) => ({
    count,
    confidence: count === 0 ? 0 : sums[bin]! / count,
    accuracy: count === 0 ? 0 : hits[bin]! / count,
  }));
}

/** Expected calibration error: mean |accuracy − confidence| over images, bin by bin. */
function measureEce(bins: readonly ConfidenceBin[]): number {
  const n = bins.reduce((total, { count }) => total + count, 0);
  return bins.reduce((sum, bin) => sum + (bin.count / n) * Math.abs(bin.accuracy - bin.confidence), 0);
}
