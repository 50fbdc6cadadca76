import type { Random } from '../../math/random.ts';
import type { FeatureSpace } from '../featureSpace.ts';

/** What a strategy chooses from. Rows are those of the space. */
export interface Situation {
  readonly space: FeatureSpace;
  /** Rows that may be chosen: unlabelled, and never of a part that a model is judged on. */
  readonly candidates: Uint32Array;
  /** Rows that carry a label and may be learnt from. */
  readonly labelled: Uint32Array;
  /** `[n]` class indices; −1 where there is no label or it must not be known. */
  readonly labels: Int32Array;
  readonly classes: number;
  /** `[n, classes]` of the head fitted on the labelled rows; null while there is none. */
  readonly probabilities: Float64Array | null;
  /** How many to choose. */
  readonly count: number;
  readonly random: Random;
}

/** Why an image was chosen; put into a sentence by `describeReason`. */
export type Reason =
  | { readonly kind: 'random' }
  | {
      readonly kind: 'between';
      readonly first: number;
      readonly second: number;
      readonly shares: readonly [number, number];
    }
  | { readonly kind: 'uncertain'; readonly first: number; readonly share: number }
  | { readonly kind: 'cluster'; readonly size: number; readonly labelled: number };

export interface Pick {
  readonly row: number;
  readonly reason: Reason;
  /** Number of its cluster among those of this batch; null where none were made. */
  readonly cluster: number | null;
}

/** Chooses `count` rows, or all candidates where there are fewer; the best first. */
export type Strategy = (situation: Situation) => Pick[];
