import { FoveaError } from '../../../shared/errors.ts';
import type { Evaluation } from '../../../shared/evaluation.ts';
import { argMax, countRows } from '../math/softmax.ts';
import { measureCalibration } from './confidence.ts';
import { averageF1, averageRecall, countConfusion, measureClasses, measureKappa } from './confusion.ts';
import { findIntervals } from './intervals.ts';

export interface EvaluationInput {
  /** `[n, k]` before temperature; for a model that gives probabilities only, their logarithms serve. */
  readonly logits: Float32Array | Float64Array;
  readonly temperature: number;
  /** `[n]` class indices in 0 … k − 1. */
  readonly labels: Int32Array;
  /** `[n]` the independent unit of each image: its component in the split (`unitOf`), or its group. */
  readonly units: ArrayLike<number | string>;
  /** Whether the library has groups; then intervals resample `units`. */
  readonly grouped: boolean;
  /** k names in the order of the logits. */
  readonly classNames: readonly string[];
  /** Of the bootstrap. */
  readonly seed: number;
}

/**
 * Every figure of a labelled set of images. Predicted is the class of the largest logit, the first of equals.
 *
 * Throws FoveaError `invalid` when there is no image, since no figure exists then, and `internal` when the
 * arrays do not fit each other or a logit is not finite.
 */
export function evaluate(input: EvaluationInput): Evaluation {
  const { logits, labels, units, classNames, temperature } = input;
  const k = classNames.length;
  if (labels.length === 0) {
    throw new FoveaError('invalid', 'There is no labelled image to evaluate on.', {
      todo: 'Label images of the classes of this model, then evaluate again.',
    });
  }
  checkShapes(input, k);
  const predicted = labels.map((_, row) => argMax(logits, row * k, k));
  const confusion = countConfusion(labels, predicted, k);
  const perClass = measureClasses(confusion, classNames);
  const right = perClass.reduce((count, { recall }) => count + recall.k, 0);
  const intervals = findIntervals(
    { labels, predicted, units, classCount: k, seed: input.seed, grouped: input.grouped },
    perClass,
  );
  const after = measureCalibration(logits, labels, k, temperature);
  return {
    images: labels.length,
    units: intervals.units,
    accuracy: right / labels.length,
    interval: intervals.accuracy,
    intervalMethod: intervals.method,
    balancedAccuracy: averageRecall(perClass),
    balancedInterval: intervals.balancedAccuracy,
    macroF1: averageF1(perClass),
    kappa: measureKappa(confusion),
    perClass,
    confusion,
    ece: after.ece,
    calibration: { before: measureCalibration(logits, labels, k, 1), after, temperature },
  };
}

function checkShapes({ logits, labels, units }: EvaluationInput, k: number): void {
  const fits =
    countRows(logits.length, k) === labels.length &&
    units.length === labels.length &&
    labels.every((label) => label >= 0 && label < k);
  if (!fits)
    throw new FoveaError('internal', 'Logits, labels and units of an evaluation do not fit each other.');
  if (!logits.every(Number.isFinite)) {
    throw new FoveaError('internal', 'The model gave a value that is not a number.');
  }
}
