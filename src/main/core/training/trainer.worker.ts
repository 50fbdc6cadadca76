import { evaluate } from '../evaluation/evaluate.ts';
import { serveWorker, type CallContext } from '../workers/serveWorker.ts';
import { applyHead, softmaxRows } from './head.ts';
import { measureLearningCurve } from './learningCurve.ts';
import { readImages } from './readViews.ts';
import { trainHead } from './trainHead.ts';
import type {
  EvaluateInput,
  EvaluateOutput,
  LearningCurveInput,
  PredictInput,
  TrainerInput,
} from './trainerProtocol.ts';
import type { FitProgress } from './trainingData.ts';

const NOTE_INTERVAL_MS = 100;

async function predictLogits({ head, ...stored }: PredictInput): Promise<Float32Array> {
  return applyHead(head, await readImages(stored), stored.rows.length);
}

/** At most ten notes a second; a new phase is always told. Steps that are done tell how long the others will take. */
function makeReporter({ note }: CallContext): (progress: FitProgress) => void {
  let last = -Infinity;
  let phase = '';
  /** Where the steps began to be counted: a training that goes on does not begin at 0. */
  let first: { readonly at: number; readonly done: number } | null = null;
  return (progress) => {
    const now = performance.now();
    if (now - last < NOTE_INTERVAL_MS && progress.phase === phase) return;
    last = now;
    phase = progress.phase;
    const { done, total } = progress;
    first ??= { at: now, done };
    const perSecond = (1000 * (done - first.done)) / (now - first.at);
    note(perSecond > 0 ? { ...progress, secondsLeft: (total - done) / perSecond } : progress);
  };
}

serveWorker({
  train: (input: TrainerInput, context) =>
    trainHead(input, { signal: context.signal, onProgress: makeReporter(context) }),
  learningCurve: (input: LearningCurveInput, { signal }) => measureLearningCurve(input, { signal }),
  predict: async (input: PredictInput) =>
    softmaxRows(await predictLogits(input), input.head.classes, input.temperature),
  evaluateOn: async (input: EvaluateInput): Promise<EvaluateOutput> => {
    const logits = await predictLogits(input);
    const { temperature, labels, units, grouped, classNames, seed } = input;
    return {
      evaluation: evaluate({ logits, temperature, labels, units, grouped, classNames, seed }),
      probabilities: softmaxRows(logits, input.head.classes, temperature),
    };
  },
});
