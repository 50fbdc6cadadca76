import type { BackboneName } from '../../../shared/backbones.ts';
import { FoveaError } from '../../../shared/errors.ts';
import answersOnFile from './knownAnswers.json' with { type: 'json' };

/** What a backbone must say about the fixed picture, computed with TF.js from trusted weights. */
export interface KnownAnswer {
  readonly dims: number;
  readonly rootMeanSquare: number;
  /** Sums of every sixteenth feature, beginning with the first, the second, …: all features count. */
  readonly sums: readonly number[];
}

/**
 * How far a sum of 80 features may be off: a hundred times what engines differ by (1e-4), ten times what two
 * published forms of the same weights may (batch norm folded or not), and far below what any change of the
 * weights does.
 */
export const ANSWER_TOLERANCE = 1e-2;

/** Raised whenever the picture, the answers or the way of comparing change; old acceptances then lapse. */
export const ANSWERS_VERSION = 1;

/** The answer on file for a backbone. Throws `unsupported`, with the folder as its subject, when there is none. */
export function requireKnownAnswer(folder: string, name: BackboneName, width: number): KnownAnswer {
  const answers: Readonly<Record<string, KnownAnswer>> = answersOnFile;
  const answer = answers[`${name}_${width}`];
  if (answer !== undefined) return answer;
  throw new FoveaError(
    'unsupported',
    `No known answer is on file for ${name} at width ${width}, so its weights cannot be told from wrong ones.`,
    { subject: folder, todo: 'Use a width whose answers are known: 1.0, or 0.25 (V1) and 0.35 (V2).' },
  );
}

/** Boils features `[dims]` down to the form in which answers are on file. */
export function summariseFeatures(features: Float32Array): KnownAnswer {
  const sums = new Array<number>(16).fill(0);
  let squares = 0;
  for (const [i, value] of features.entries()) {
    sums[i % 16]! += value;
    squares += value * value;
  }
  return {
    dims: features.length,
    rootMeanSquare: round(Math.sqrt(squares / features.length)),
    sums: sums.map(round),
  };
}

/** The largest difference between two answers; Infinity when they are not of the same kind or not finite. */
export function compareAnswers(given: KnownAnswer, expected: KnownAnswer): number {
  if (given.dims !== expected.dims || given.sums.length !== expected.sums.length) return Infinity;
  const differences = expected.sums.map((sum, i) => Math.abs(given.sums[i]! - sum));
  const largest = Math.max(...differences, Math.abs(given.rootMeanSquare - expected.rootMeanSquare));
  return Number.isNaN(largest) ? Infinity : largest;
}

/** Six decimals: more than the tolerance sees, and readable in the file. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
