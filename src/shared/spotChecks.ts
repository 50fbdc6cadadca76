/** One image of the sample, with what it would be labelled as. */
export interface SpotCheckImage {
  readonly imageId: number;
  readonly sha256: string;
  readonly path: string;
  readonly classId: number;
  /** What the reader says of it; null before. */
  readonly isRight: boolean | null;
}

/** A random sample of images that are about to be labelled, looked at before the rest is. */
export interface SpotCheck {
  readonly checkId: number;
  /** The one class that all get, or null where each gets what a model says of it. */
  readonly classId: number | null;
  readonly seed: number;
  /** How many images would be labelled, the sample among them. */
  readonly population: number;
  readonly state: 'open' | 'applied' | 'dropped';
  readonly images: readonly SpotCheckImage[];
  readonly looked: number;
  readonly wrong: number;
  /** At most this share of the population is wrong, with 95 % confidence. */
  readonly wrongAtMost: number;
}

/** Confidence of the stated bound. */
export const SPOT_CHECK_CONFIDENCE = 0.95;
/** So many right ones and no wrong one bound the error at 10 %. */
export const SPOT_CHECK_SAMPLE = 29;
