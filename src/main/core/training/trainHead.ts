import { FoveaError } from '../../../shared/errors.ts';
import type { Evaluation } from '../../../shared/evaluation.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import { fitTemperature } from '../evaluation/temperature.ts';
import { openCheckpoint } from './checkpoint.ts';
import { loadEngine, type Engine } from './engines.ts';
import { applyHead, softmaxRows, type Head } from './head.ts';
import { fitOneClickHead } from './oneClickHead.ts';
import { fitPaperHead } from './paperHead.ts';
import { readImages, readViews } from './readViews.ts';
import type { TrainerInput, TrainerOutput } from './trainerProtocol.ts';
import {
  countLabels,
  listPart,
  type FitOptions,
  type FitProgress,
  type FittedHead,
  type TrainingData,
} from './trainingData.ts';

/**
 * One training from stored features to evaluated head, in this process. Throws `invalid` when the parts cannot
 * teach, choose or test, or when training runs away; `unsupported` without the engine; `cancelled`.
 */
export async function trainHead(input: TrainerInput, options: FitOptions = {}): Promise<TrainerOutput> {
  const { recipe, classNames } = input;
  const engine = await loadEngine(input.engine);
  const started = performance.now();
  const data: TrainingData = {
    features: await readImages(input),
    inputs: input.dims / (input.views ?? 1),
    classes: classNames.length,
    labels: input.labels,
    parts: input.parts,
  };
  const warnings = [...nameSkippedEngine(engine), ...reviewParts(data, classNames)];
  const checkpoint = input.checkpointFile === undefined ? undefined : openCheckpoint(input.checkpointFile);
  const taught = (input.views ?? 1) > 1 ? await readViews(input, data) : data;
  const fitted = await fitHead(engine, taught, recipe, { ...options, checkpoint });
  const headSeconds = (performance.now() - started) / 1000;

  const report = (phase: string): void => {
    const progress: FitProgress = { phase, done: 0, total: 1, curve: fitted.curve };
    options.onProgress?.(progress);
  };
  report('evaluating');
  const evaluated = evaluateParts(input, fitted.head, data);
  return {
    head: fitted.head,
    engine: { ...engine.info, ...(fitted.steps === undefined ? {} : { steps: fitted.steps }) },
    curve: fitted.curve,
    chosenStrength: fitted.chosenStrength,
    bestEpoch: fitted.bestEpoch,
    temperature: evaluated.temperature,
    validation: evaluated.validation,
    test: evaluated.test,
    probabilities: softmaxRows(evaluated.logits, data.classes, evaluated.temperature),
    seconds: { head: headSeconds, evaluation: (performance.now() - started) / 1000 - headSeconds },
    warnings: [...warnings, ...fitted.warnings, ...evaluated.warnings],
  };
}

function fitHead(
  { tf }: Engine,
  data: TrainingData,
  recipe: TrainerInput['recipe'],
  options: FitOptions,
): Promise<FittedHead> {
  return recipe.name === 'paper'
    ? fitPaperHead(tf, data, recipe, options)
    : fitOneClickHead(tf, data, { ...recipe, name: 'one-click' }, options);
}

/** Refuses what no honest model can come from, and names the classes that cannot be learnt. */
function reviewParts(data: TrainingData, classNames: readonly string[]): string[] {
  const counts = countLabels(data.labels, listPart(data, 'train'), data.classes);
  const learnt = classNames.filter((_, k) => counts[k]! > 0);
  if (learnt.length < 2) {
    throw new FoveaError('invalid', 'The training part holds images of fewer than two classes.', {
      ...(learnt[0] === undefined ? {} : { subject: learnt[0] }),
      todo: 'Label images of another class: a classifier needs at least two.',
    });
  }
  for (const part of ['validation', 'test'] as const) {
    if (listPart(data, part).length === 0) {
      throw new FoveaError('invalid', `There are no ${part} images, so the model could not be judged.`, {
        todo: 'Label more images, from more groups where there are groups.',
      });
    }
  }
  return classNames
    .filter((_, k) => counts[k] === 0)
    .map((name) => `No image of “${name}” is in the training part, so the model cannot recognise it.`);
}

interface EvaluatedParts {
  readonly logits: Float32Array;
  readonly temperature: number;
  readonly validation: Evaluation;
  readonly test: Evaluation;
  readonly warnings: readonly string[];
}

function evaluateParts(input: TrainerInput, head: Head, data: TrainingData): EvaluatedParts {
  const logits = applyHead(head, data.features, input.rows.length);
  const take = (part: 'validation' | 'test') => {
    const rows = listPart(data, part);
    const own = new Float32Array(rows.length * head.classes);
    for (const [i, row] of rows.entries()) {
      own.set(logits.subarray(row * head.classes, (row + 1) * head.classes), i * head.classes);
    }
    const labels = Int32Array.from(rows, (row) => data.labels[row]!);
    return { logits: own, labels, units: Int32Array.from(rows, (row) => input.units[row]!) };
  };
  const [validation, test] = [take('validation'), take('test')];
  const { temperature, note } = fitTemperature(validation.logits, validation.labels, head.classes);
  const { grouped, classNames } = input;
  const common = { temperature, grouped, classNames, seed: input.recipe.seed };
  return {
    logits,
    temperature,
    validation: evaluate({ ...validation, ...common }),
    test: evaluate({ ...test, ...common }),
    warnings: note === null ? [] : [note],
  };
}

/** A person should know when a slower engine stood in for the native one. */
function nameSkippedEngine({ info, skipped }: Engine): string[] {
  const native = skipped.find(({ name }) => name === 'tfjs-node');
  if (info.name !== 'wasm' || native === undefined) return [];
  return [`Trained on the slower engine wasm, because tfjs-node cannot be used: ${native.why}`];
}
