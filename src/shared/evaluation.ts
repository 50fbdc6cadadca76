import type { Rejection } from './images.ts';

/** k of n with a 95 % Wilson interval; `value` and `interval` are null when n is 0. */
export interface Proportion {
  readonly k: number;
  readonly n: number;
  readonly value: number | null;
  readonly interval: readonly [number, number] | null;
}

export interface ClassMetrics {
  readonly classIndex: number;
  readonly name: string;
  readonly support: number;
  readonly precision: Proportion;
  readonly recall: Proportion;
  /** 0 when there is neither a prediction nor an instance, as scikit-learn's zero_division=0. */
  readonly f1: number;
}

export interface Calibration {
  /** Expected calibration error, 15 equal-width bins, of the top-class confidence. */
  readonly ece: number;
  /** Mean over images of the sum of squared differences to the one-hot truth (multi-class Brier score). */
  readonly brier: number;
  readonly logLoss: number;
}

export interface Evaluation {
  readonly images: number;
  /** Independent units: groups when there are any, else contents. */
  readonly units: number;
  readonly accuracy: number;
  /** 95 %: bootstrap over groups when `intervalMethod` is `group-bootstrap`, else Wilson. */
  readonly interval: readonly [number, number];
  readonly intervalMethod: 'wilson' | 'group-bootstrap';
  readonly balancedAccuracy: number;
  readonly balancedInterval: readonly [number, number];
  readonly macroF1: number;
  readonly kappa: number;
  readonly perClass: readonly ClassMetrics[];
  /** `confusion[actual][predicted]`. */
  readonly confusion: readonly (readonly number[])[];
  /** After temperature scaling; the figure to quote. */
  readonly ece: number;
  readonly calibration: {
    readonly before: Calibration;
    readonly after: Calibration;
    readonly temperature: number;
  };
}

/** A model measured on a folder outside its library. */
export interface OutsideEvaluation {
  readonly modelId: string;
  readonly classes: readonly string[];
  readonly evaluation: Evaluation;
  readonly rejected: readonly Rejection[];
  /** How many of the images the model was trained or chosen on. */
  readonly seenInTraining: number;
  readonly warnings: readonly string[];
}
