import type { Calibration } from '../../../shared/evaluation.ts';
import { argMax, countRows, logSumExp, softmaxRows } from '../math/softmax.ts';

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
  const probabilities = softmaxRows(logits, k, temperature);
  const scaled = Float64Array.from(logits, (logit) => logit / temperature);
  let squares = 0;
  let loss = 0;
  for (let row = 0; row < n; row += 1) {
    const label = labels[row]!;
    for (let column = 0; column < k; column += 1) {
      const difference = probabilities[row * k + column]! - (column === label ? 1 : 0);
      squares += difference * difference;
    }
    loss += logSumExp(scaled, row * k, k) - scaled[row * k + label]!;
  }
  return {
    ece: measureEce(binByConfidence(probabilities, labels, k)),
    brier: squares / n,
    logLoss: loss / n,
  };
}

/** Equal-width bins (i/bins, (i + 1)/bins] of the named class's probability (Guo et al. 2017). */
export function binByConfidence(
  probabilities: ArrayLike<number>,
  labels: Int32Array,
  k: number,
  bins = BINS,
): ConfidenceBin[] {
  const counts = new Int32Array(bins);
  const right = new Int32Array(bins);
  const confidence = new Float64Array(bins);
  for (let row = 0; row < labels.length; row += 1) {
    const named = argMax(probabilities, row * k, k);
    const top = probabilities[row * k + named]!;
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(top * bins) - 1));
    counts[bin]! += 1;
    confidence[bin]! += top;
    if (named === labels[row]) right[bin]! += 1;
  }
  return Array.from(counts, (count, bin) => ({
    count,
    confidence: count === 0 ? 0 : confidence[bin]! / count,
    accuracy: count === 0 ? 0 : right[bin]! / count,
  }));
}

/** Expected calibration error: mean |accuracy − confidence| over images, bin by bin. */
function measureEce(bins: readonly ConfidenceBin[]): number {
  const n = bins.reduce((total, { count }) => total + count, 0);
  return bins.reduce((sum, bin) => sum + (bin.count / n) * Math.abs(bin.accuracy - bin.confidence), 0);
}
