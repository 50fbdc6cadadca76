import { argMax, countRows, softmaxRow } from '../math/softmax.ts';

/** Fewer validation images say too little about confidence: scaling fitted on them often makes it worse. */
const FEWEST_IMAGES = 100;
const COLDEST = 0.1;
const HOTTEST = 10;
const MAX_STEPS = 100;
/** A relative step this small leaves an error of about its square. */
const PRECISION = 1e-9;

export interface TemperatureFit {
  /** Divides the logits; 1 where none was fitted. */
  readonly temperature: number;
  readonly fitted: boolean;
  /** Why none was fitted, one sentence for the card's warnings; null when it was. */
  readonly note: string | null;
}

/**
 * Temperature that minimises the negative log likelihood of validation logits (Guo et al. 2017), in [0.1, 10].
 *
 * None is fitted (1 is kept) on fewer than 100 images, where the fit follows chance, nor where every image is
 * named rightly: the likelihood then grows with confidence without end, and nothing shows where it is too much.
 * `logits [n, k]`, `labels [n]`.
 */
export function fitTemperature(logits: ArrayLike<number>, labels: Int32Array, k: number): TemperatureFit {
  const n = countRows(logits.length, k);
  if (n < FEWEST_IMAGES) {
    return keep(
      `Confidence was not calibrated: that takes ${FEWEST_IMAGES} validation images, there are ${n}.`,
    );
  }
  if (labels.every((label, row) => argMax(logits, row * k, k) === label)) {
    return keep('Confidence was not calibrated: the model made no mistake on the validation images.');
  }
  return { temperature: minimiseOverTemperature(logits, labels, k), fitted: true, note: null };
}

function keep(note: string): TemperatureFit {
  return { temperature: 1, fitted: false, note };
}

/**
 * The loss is convex in b = 1 / T, so the root of its slope is found by Newton's steps, halving the bracket
 * wherever a step would leave it.
 */
export function minimiseOverTemperature(logits: ArrayLike<number>, labels: Int32Array, k: number): number {
  let low = 1 / HOTTEST;
  let high = 1 / COLDEST;
  if (differentiate(logits, labels, k, low).slope >= 0) return HOTTEST;
  if (differentiate(logits, labels, k, high).slope <= 0) return COLDEST;
  let inverse = 1;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { slope, curvature } = differentiate(logits, labels, k, inverse);
    if (slope > 0) high = inverse;
    else low = inverse;
    const newton = inverse - slope / curvature;
    const next = newton >= low && newton <= high ? newton : (low + high) / 2;
    const moved = Math.abs(next - inverse);
    inverse = next;
    if (moved <= PRECISION * inverse) break;
  }
  return 1 / inverse;
}

/** First and second derivative of the mean loss by the inverse temperature: E[z] − z_label and Var[z]. */
function differentiate(
  logits: ArrayLike<number>,
  labels: Int32Array,
  k: number,
  inverse: number,
): { slope: number; curvature: number } {
  const probabilities = new Float64Array(k);
  let slope = 0;
  let curvature = 0;
  for (let row = 0; row < labels.length; row += 1) {
    softmaxRow(logits, row * k, k, 1 / inverse, probabilities);
    // Centred on the label's logit, so that large common offsets cost no precision.
    const reference = logits[row * k + labels[row]!]!;
    let mean = 0;
    let square = 0;
    for (let column = 0; column < k; column += 1) {
      const distance = logits[row * k + column]! - reference;
      mean += probabilities[column]! * distance;
      square += probabilities[column]! * distance * distance;
    }
    slope += mean;
    curvature += square - mean * mean;
  }
  return { slope: slope / labels.length, curvature: curvature / labels.length };
}
