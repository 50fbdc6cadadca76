import type { Problem } from './errors.ts';
import type { RejectionCode } from './images.ts';
import type { JobProgress } from './jobs.ts';

/** One line of the stream that `POST /api/predictions` answers with (newline-delimited JSON). */
export type PredictionLine =
  | { readonly kind: 'classes'; readonly classes: readonly string[] }
  | {
      readonly kind: 'prediction';
      readonly path: string;
      readonly class: string;
      readonly confidence: number;
      readonly probabilities: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'rejected';
      readonly path: string;
      readonly code: RejectionCode;
      readonly reason: string;
    }
  | { readonly kind: 'progress'; readonly progress: JobProgress }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'done' };
