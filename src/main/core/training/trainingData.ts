import type { CurvePoint } from '../../../shared/jobs.ts';
import type { CheckpointStore } from './checkpoint.ts';
import type { Head } from './head.ts';

/** What `parts` holds for each image. */
export const PART_CODES = { train: 0, validation: 1, test: 2, none: 3 } as const;

/** The images of one training. */
export interface TrainingData {
  /** `[n, inputs] float32`, every value finite. */
  readonly features: Float32Array;
  readonly inputs: number;
  readonly classes: number;
  /** `[n]` class indices; −1 where there is no label. */
  readonly labels: Int32Array;
  /** `[n]` of PART_CODES. */
  readonly parts: Uint8Array;
}

export interface FitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the whole curve so far at each new point of it. */
  readonly onProgress?: (progress: FitProgress) => void;
  /** Where a training by epochs keeps how far it is, to go on from there when it was ended. */
  readonly checkpoint?: CheckpointStore | undefined;
}

export interface FitProgress {
  /** In words: "epoch 3 of 10". */
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  readonly curve: readonly CurvePoint[];
}

export interface FittedHead {
  readonly head: Head;
  readonly curve: readonly CurvePoint[];
  readonly chosenStrength: number | null;
  /** 1 for the first epoch. */
  readonly bestEpoch: number | null;
  /** What computed the steps in the engine's place; absent where the engine did. */
  readonly steps?: string;
  readonly warnings: readonly string[];
}

/** Indices of the labelled images of one part, in order. */
export function listPart(
  data: Pick<TrainingData, 'labels' | 'parts'>,
  part: keyof typeof PART_CODES,
): Uint32Array {
  const found: number[] = [];
  for (let i = 0; i < data.parts.length; i++) {
    if (data.parts[i] === PART_CODES[part] && data.labels[i]! >= 0) found.push(i);
  }
  return Uint32Array.from(found);
}

/** Images per class `[classes]` among `rows`. */
export function countLabels(labels: Int32Array, rows: Uint32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const row of rows) counts[labels[row]!]! += 1;
  return counts;
}

/**
 * Weight of each class in the loss, `[classes]`: n / (present classes × images of the class), scikit-learn's
 * `balanced`; with `auto` only when the largest class has over 3 times the images of the smallest, else 1.
 */
export function weighClasses(counts: readonly number[], choice: 'auto' | 'none' | 'balanced'): Float64Array {
  const present = counts.filter((count) => count > 0);
  const skewed = Math.max(...present) > 3 * Math.min(...present);
  const weights = new Float64Array(counts.length).fill(1);
  if (choice === 'none' || (choice === 'auto' && !skewed)) return weights;
  const sum = present.reduce((total, count) => total + count, 0);
  for (const [k, count] of counts.entries()) if (count > 0) weights[k] = sum / (present.length * count);
  return weights;
}
