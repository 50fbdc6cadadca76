import type { Problem } from './errors.ts';

/** Work that takes longer than a second. */
export const JOB_KINDS = [
  'import',
  'train',
  'evaluate',
  'report',
  'export',
  'sample',
  'simulate',
  'paper',
  'suggest',
  'label-errors',
  'near-duplicates',
  'relink',
  'label-files',
  'map',
  'map-place',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';

/** How far a job is; sent at most ten times a second. */
export interface JobProgress {
  /** What is being done now, in words: "reading images", "epoch 3 of 10". */
  readonly phase: string;
  readonly done: number;
  /** null while the total is not known. */
  readonly total: number | null;
  /** Units per second over the last seconds; absent until measured. */
  readonly rate?: number;
  /** Seconds left at that rate. */
  readonly secondsLeft?: number;
  /** For training: the curve so far (see training.ts). */
  readonly curve?: readonly CurvePoint[];
}

/** One point of the loss and accuracy curves. */
export interface CurvePoint {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  /** null when the validation part is empty. */
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
}

export interface Job {
  readonly jobId: number;
  readonly kind: JobKind;
  readonly state: JobState;
  /** What a person asked for: "Import tiles", "Train one-click". */
  readonly title: string;
  readonly progress: JobProgress | null;
  /** How many jobs wait before it; only while it waits itself. */
  readonly place?: number;
  readonly result: unknown;
  readonly problem: Problem | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

export function isFinished(state: JobState): boolean {
  return state !== 'queued' && state !== 'running';
}
