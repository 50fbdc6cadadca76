import type { Problem } from './errors.ts';

/** The id under which predictions of the head that learns while a person labels are stored. */
export const LIVE_MODEL_ID = 'live';

/**
 * What learning while labelling is doing. `off`: switched off, or the library is read-only. `idle`: nobody looks at the
 * images, or nothing changed since the newest refit. `waiting`: labels changed; a refit follows once they rest.
 * `fitting`, `predicting`: at work. `paused`: a job runs. `blocked`: it cannot learn yet; `problem` says why.
 */
export type LivePhase = 'off' | 'idle' | 'waiting' | 'fitting' | 'predicting' | 'paused' | 'blocked';

/** How good the newest head is on the validation part of the library's usual split; the test part is never looked at. */
export interface LiveValidation {
  readonly accuracy: number;
  /** 95 %; over groups where the library has groups. */
  readonly interval: readonly [number, number];
  readonly images: number;
  readonly grouped: boolean;
  /** Accuracy minus that of the head before on the same images; null for the first head. */
  readonly change: number | null;
}

export interface LiveState {
  readonly enabled: boolean;
  readonly phase: LivePhase;
  /** Why it is `blocked`; null in every other phase. */
  readonly problem: Problem | null;
  /** `live` as soon as its predictions of all images are what the gallery shows; null before. */
  readonly modelId: typeof LIVE_MODEL_ID | null;
  /** Refits since the library was opened. */
  readonly refits: number;
  /** Labelled images that the newest head learnt from or was judged by. */
  readonly labels: number;
  readonly validation: LiveValidation | null;
  /** Images whose predictions are of the newest head, and how many there are. */
  readonly predicted: { readonly done: number; readonly total: number };
  /** Grows with every change of stored predictions: whoever shows some asks again when it has grown. */
  readonly revision: number;
  /** Of the newest refit: from labels to head, and predictions of all images. */
  readonly seconds: { readonly fit: number; readonly predict: number | null } | null;
  /** Milliseconds since 1970; null before the first refit. */
  readonly fittedAt: number | null;
}
