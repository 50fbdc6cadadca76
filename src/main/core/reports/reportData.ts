import type { SplitPart } from '../../../shared/images.ts';
import type { ModelCard } from '../../../shared/training.ts';

/** How many images of one class stand in each part. */
export interface ClassCounts {
  readonly name: string;
  /** `#rrggbb`. */
  readonly color: string;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** A test image that the model named wrongly, most confident first. */
export interface Mistake {
  readonly imageId: number;
  /** Relative to its root, forward slashes. */
  readonly path: string;
  readonly actual: string;
  readonly predicted: string;
  /** Calibrated probability of `predicted`, 0–1. */
  readonly confidence: number;
  /** A small JPEG, upright; its metadata is dropped when the report is written. */
  readonly picture: Uint8Array;
  /** The same with a class map of `predicted` laid over it; null where it could not be made. */
  readonly saliency: Uint8Array | null;
}

export interface PredictionRow {
  /** Relative to its root, forward slashes. */
  readonly path: string;
  readonly group: string | null;
  readonly part: SplitPart | null;
  /** What a reader said, or null where nobody did. */
  readonly actual: string | null;
  readonly predicted: string;
  readonly confidence: number;
  /** Calibrated, in the order of `card.classes`. */
  readonly probabilities: ArrayLike<number>;
}

/** Accuracy on validation when only so many training images are used. */
export interface LearningPoint {
  readonly trainImages: number;
  readonly accuracy: number;
  readonly interval: readonly [number, number] | null;
}

/** Everything that a report tells; plain data, gathered by the caller. */
export interface ReportData {
  readonly card: ModelCard;
  readonly libraryName: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly counts: {
    readonly images: number;
    readonly labelled: number;
    readonly rejected: number;
    readonly duplicates: number;
    readonly conflicts: number;
  };
  readonly classes: readonly ClassCounts[];
  readonly mistakes: readonly Mistake[];
  readonly predictions: readonly PredictionRow[];
  /** Empty when it was not computed. */
  readonly learningCurve: readonly LearningPoint[];
  /** How often the test part was used to judge a model of this library, this time included. */
  readonly evaluations: number;
  readonly warnings: readonly string[];
}
