import { logSumExp } from '../math/softmax.ts';

/** What some images ought to be, and how much each counts. */
export interface Targets {
  /** `[n]` class indices. */
  readonly labels: Int32Array;
  /** `[n]` weight of each image in the loss. */
  readonly weights: Float64Array;
  /** Share of each target that is spread evenly over all classes. */
  readonly labelSmoothing: number;
}

/** Weighted mean cross-entropy, and how many were right. */
export interface LossAndHits {
  readonly loss: number;
  readonly hits: number;
}

/** Targets as rows that sum to 1, `[n, classes]`: (1 − s) at the label and s / classes everywhere. */
export function spreadTargets({ labels, labelSmoothing }: Targets, classes: number): Float32Array {
  const spread = new Float32Array(labels.length * classes).fill(labelSmoothing / classes);
  for (const [row, label] of labels.entries()) spread[row * classes + label]! += 1 - labelSmoothing;
  return spread;
}

/**
 * Loss `Σ wᵢ lossᵢ / n` as Keras weighs classes and smooths labels, of logits `[n, classes]`; fills `residuals` with its
 * gradient by the logits when given.
 */
export function measureLogits(
  logits: Float32Array,
  { labels, weights, labelSmoothing }: Targets,
  residuals: Float32Array | null,
): LossAndHits {
  const n = labels.length;
  const classes = logits.length / n;
  let loss = 0;
  let hits = 0;
  for (let row = 0; row < n; row++) {
    const start = row * classes;
    const label = labels[row]!;
    const norm = logSumExp(logits, start, classes);
    const share = weights[row]! / n;
    let best = 0;
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const logit = logits[start + k]!;
      if (logit > logits[start + best]!) best = k;
      sum += logit;
      if (residuals !== null) {
        const target = (k === label ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
        residuals[start + k] = share * (Math.exp(logit - norm) - target);
      }
    }
    const aimed = (1 - labelSmoothing) * logits[start + label]! + (labelSmoothing / classes) * sum;
    loss += share * (norm - aimed);
    if (best === label) hits += 1;
  }
  return { loss, hits };
}
