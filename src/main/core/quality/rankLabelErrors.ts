import { argMax } from '../math/softmax.ts';

export interface Doubt {
  readonly row: number;
  readonly suggested: number;
  /** Probability of the label that the row has, and of the suggested class. */
  readonly confidence: number;
  readonly suggestedShare: number;
}

/**
 * Rows whose label is not what heads that never saw them say, the least believable first: ranked by self-confidence,
 * the out-of-fold probability of the given label (Northcutt 2021; better here than the normalised margin).
 * `probabilities` is `[n, classes]`.
 */
export function rankLabelErrors(probabilities: Float64Array, labels: Int32Array, classes: number): Doubt[] {
  const doubts: Doubt[] = [];
  for (const [row, label] of labels.entries()) {
    const suggested = argMax(probabilities, row * classes, classes);
    if (suggested === label) continue;
    const confidence = probabilities[row * classes + label]!;
    doubts.push({ row, suggested, confidence, suggestedShare: probabilities[row * classes + suggested]! });
  }
  return doubts.sort((a, b) => a.confidence - b.confidence || a.row - b.row);
}
