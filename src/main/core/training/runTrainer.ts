import { FoveaError } from '../../../shared/errors.ts';
import type { JobProgress } from '../../../shared/jobs.ts';
import { WorkerDied, WorkerProcess } from '../workers/workerProcess.ts';
import type {
  EvaluateInput,
  EvaluateOutput,
  LearningCurveInput,
  LearningCurvePoint,
  PredictInput,
  TrainerInput,
  TrainerOutput,
} from './trainerProtocol.ts';

export type { EvaluateInput, EvaluateOutput, PredictInput, TrainerInput, TrainerOutput };

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly report?: (progress: JobProgress) => void;
  /** Told the process's id once it runs; for tests that end it. */
  readonly onStart?: (pid: number) => void;
}

/**
 * Trains in a process of its own, which is gone when this returns. Throws what `trainHead` throws;
 * `disconnected` when the process was ended under us or crashed: nothing is saved then, and a new run from the
 * same seed gives the same model.
 */
export function runTrainer(input: TrainerInput, options: RunOptions = {}): Promise<TrainerOutput> {
  return callTrainer('train', input, options);
}

/** Calibrated probabilities `[n, classes] float32` of stored features, computed in a process of its own. */
export function runPredictor(input: PredictInput, options: RunOptions = {}): Promise<Float32Array> {
  return callTrainer('predict', input, options);
}

/** Evaluates a head on labelled images from outside its split, in a process of its own. */
export function runEvaluator(input: EvaluateInput, options: RunOptions = {}): Promise<EvaluateOutput> {
  return callTrainer('evaluateOn', input, options);
}

/** How accuracy on validation grows with training images, in a process of its own. */
export function runLearningCurve(
  input: LearningCurveInput,
  options: RunOptions = {},
): Promise<LearningCurvePoint[]> {
  return callTrainer('learningCurve', input, options);
}

async function callTrainer<Output>(method: string, input: unknown, options: RunOptions): Promise<Output> {
  const { signal, report, onStart } = options;
  const trainer = new WorkerProcess(new URL('./trainer.worker.ts', import.meta.url));
  if (trainer.pid !== undefined) onStart?.(trainer.pid);
  try {
    return await trainer.call<Output>(method, input, {
      ...(signal === undefined ? {} : { signal }),
      onNote: (note) => report?.(note as JobProgress),
    });
  } catch (error) {
    if (error instanceof WorkerDied) {
      throw new FoveaError('disconnected', 'The training process was ended before it was done.', {
        todo: 'Train again; nothing that was saved before is lost.',
        cause: error,
      });
    }
    throw error;
  } finally {
    trainer.kill();
  }
}
