import type * as TensorFlow from '@tensorflow/tfjs';
import { FoveaError } from '../../../shared/errors.ts';
import type { EngineChoice, EngineInfo, EngineName } from '../../../shared/training.ts';
import { systemCandidates } from './engineCandidates.ts';

/** TensorFlow.js, whichever build of it is loaded. */
export type Tf = typeof TensorFlow;

export interface OpenEngine {
  readonly tf: Tf;
  readonly info: EngineInfo;
}

/** The engine in use, and which better ones were passed over and why. */
export interface Engine extends OpenEngine {
  readonly skipped: readonly { readonly name: EngineName; readonly why: string }[];
}

/** One engine that this machine may have. */
export interface EngineCandidate {
  readonly name: EngineName;
  /** One sentence: how to get it where it is missing. */
  readonly todo: string;
  /** Makes it the active one. Throws FoveaError `unsupported` with the reason when it is not usable here. */
  readonly open: () => Promise<OpenEngine>;
}

/**
 * Opens the wanted engine, or with `auto` the best that passes its known-answer check: tfjs-node-gpu,
 * tfjs-node, wasm. Throws `unsupported` with reason and remedy when a forced engine is not usable.
 * TensorFlow.js has one active engine per process, so a process uses one at a time.
 */
export async function loadEngine(
  choice: EngineChoice,
  candidates: readonly EngineCandidate[] = systemCandidates,
): Promise<Engine> {
  const skipped: { name: EngineName; why: string }[] = [];
  for (const candidate of candidates) {
    if (choice !== 'auto' && choice !== candidate.name) continue;
    try {
      return { ...(await openChecked(candidate)), skipped };
    } catch (error) {
      skipped.push({ name: candidate.name, why: describe(error) });
    }
  }
  const reasons = skipped.map(({ name, why }) => `${name}: ${why}`).join(' ');
  throw new FoveaError('unsupported', `No training engine can be used here. ${reasons}`, {
    subject: choice,
    todo:
      candidates.find(({ name }) => name === choice)?.todo ?? 'Run `fovea doctor` to see what is missing.',
  });
}

async function openChecked(candidate: EngineCandidate): Promise<OpenEngine> {
  const engine = await candidate.open();
  checkKnownAnswers(engine.tf);
  return engine;
}

/**
 * One product and one gradient whose values are known: f(w) = Σ(Aw)² with A = [[1, 2], [3, 4]] has the
 * gradient 2AᵀAw, which is [−8, −12] at w = [1, −1]. Throws `unsupported` when the engine answers otherwise.
 */
export function checkKnownAnswers(tf: Tf): void {
  const found = tf.tidy(() => {
    const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const product = tf.matMul(a, tf.tensor2d([5, 6, 7, 8], [2, 2]));
    const gradient = tf.grad((w) => tf.sum(tf.square(tf.matMul(a, w as ReturnType<typeof tf.tensor2d>))));
    return [...product.dataSync(), ...gradient(tf.tensor2d([1, -1], [2, 1])).dataSync()];
  });
  const expected = [19, 22, 43, 50, -8, -12];
  const differs = expected.some((value, i) => !(Math.abs(found[i]! - value) < 1e-4));
  if (differs) {
    const answer = found.join(', ');
    throw new FoveaError(
      'unsupported',
      `Its self-check failed: ${answer} in place of ${expected.join(', ')}.`,
    );
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
