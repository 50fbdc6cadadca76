import type { LiveValidation } from '../../../shared/live.ts';

/** What the worker's method `learn` takes. */
export interface LearnInput {
  readonly folder: string;
  readonly databaseFile: string;
  readonly visible: readonly number[];
}

/** What it tells on its way. */
export type LearnNote =
  | {
      readonly kind: 'fitted';
      readonly labels: number;
      readonly validation: LiveValidation;
      readonly seconds: number;
    }
  | { readonly kind: 'stored'; readonly done: number; readonly total: number };

/** What it answers once every image has a prediction of the new head. */
export interface Learnt {
  readonly predictSeconds: number;
}
