import { minimiseLbfgs } from '../math/lbfgs.ts';
import { softmaxRows } from '../math/softmax.ts';
import { multiply } from '../training/engineProducts.ts';
import type { Tf } from '../training/engines.ts';
import { biasScale, SoftmaxObjective } from '../training/softmaxObjective.ts';
import { takeRows, type FeatureSpace } from './featureSpace.ts';

/** Images that a small head learns from. */
export interface SmallSample {
  /** Rows of the space. */
  readonly rows: Uint32Array;
  /** `[rows.length]` class indices. */
  readonly labels: Int32Array;
  /** `[rows.length]`; 1 for all when absent. */
  readonly weights?: Float64Array;
}

/** A softmax regression on the points of a feature space. */
export interface SmallHead {
  /** `[dims × classes kernel, classes bias / biasScale]`, as SoftmaxObjective takes it. */
  readonly point: Float64Array;
  readonly dims: number;
  readonly classes: number;
}

/**
 * C of scikit-learn at 1,000 images. The best penalty per image falls about with the root of their number, so that C
 * does the same.
 */
const STRENGTH_AT_1000 = 0.003;

/** C for so many images. */
export function strengthFor(images: number): number {
  return STRENGTH_AT_1000 / Math.sqrt(images / 1000);
}

/**
 * L2-regularised softmax regression by L-BFGS on some rows of a space: the objective of the one-click head, without
 * its search for a strength. `start` is a head of the same shape to begin from.
 */
export async function fitSmallHead(
  tf: Tf,
  space: FeatureSpace,
  sample: SmallSample,
  classes: number,
  options: { readonly start?: SmallHead | null; readonly strength?: number } = {},
): Promise<SmallHead> {
  const { dims } = space;
  const { rows, labels } = sample;
  const objective = new SoftmaxObjective(tf, {
    features: takeRows(space, rows),
    // Points are standardised already, and turned since.
    standardiser: { mean: new Float64Array(dims), inverse: new Float64Array(dims).fill(1) },
    labels,
    weights: sample.weights ?? new Float64Array(rows.length).fill(1),
    inputs: dims,
    classes,
  });
  try {
    const start = options.start?.point.length === (dims + 1) * classes ? options.start.point : null;
    const penalty = 1 / ((options.strength ?? strengthFor(rows.length)) * objective.weightSum);
    const { point } = await minimiseLbfgs({
      objective: (at) => objective.evaluate(at, penalty),
      start: start ?? new Float64Array((dims + 1) * classes),
      maxIterations: 150,
      tolerance: 1e-5,
      relativeReduction: 1e-5,
    });
    return { point, dims, classes };
  } finally {
    objective.dispose();
  }
}

/** Class probabilities `[rows, classes]` of every point of `[rows, dims] float32`. */
export function applySmallHead(tf: Tf, head: SmallHead, points: Float32Array): Float64Array {
  const { dims, classes, point } = head;
  const rows = points.length / dims;
  const kernel = {
    values: Float32Array.from(point.subarray(0, dims * classes)),
    rows: dims,
    columns: classes,
  };
  const logits = Float64Array.from(multiply(tf, { values: points, rows, columns: dims }, kernel));
  const scale = biasScale(dims);
  for (let i = 0; i < logits.length; i++) logits[i]! += point[dims * classes + (i % classes)]! * scale;
  return softmaxRows(logits, classes);
}
