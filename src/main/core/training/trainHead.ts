import { FoveaError } from '../../../shared/errors.ts';
import type { Evaluation } from '../../../shared/evaluation.ts';
import { hasOwnNetwork } from '../../../shared/training.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import { fitTemperature } from '../evaluation/temperature.ts';
import { openCheckpoint } from './checkpoint.ts';
import { loadEngine, type Engine } from './engines.ts';
import { applyHead, softmaxRows } from './head.ts';
import { fitOneClickHead } from './oneClickHead.ts';
import { fitPaperHead } from './paperHead.ts';
import { readData, readViews } from './readViews.ts';
import type { TrainedNetwork, TrainerInput, TrainerOutput } from './trainerProtocol.ts';
import { countLabels, listPart, type FitOptions, type FittedHead } from './trainingData.ts';
import { trainNetwork } from './trainNetwork.ts';

/**
 * One training from stored features, or from pixels, to an evaluated model, in this process. Throws `invalid` when the
 * parts cannot teach, choose or test, or when training runs away; `unsupported` without an engine that can do it;
 * `cancelled`.
 */
export async function trainHead(input: TrainerInput, options: FitOptions = {}): Promise<TrainerOutput> {
  const engine = await loadEngine(input.engine);
  const started = performance.now();
  const warnings = [...nameSkippedEngine(engine), ...reviewParts(input)];
  const checkpoint = input.checkpointFile === undefined ? undefined : openCheckpoint(input.checkpointFile);
  const fitted = await fitRecipe(engine, input, { ...options, checkpoint });
  const headSeconds = (performance.now() - started) / 1000;
  options.onProgress?.({ phase: 'evaluating', done: 0, total: 1, curve: fitted.curve });
  const { head, logits, curve, chosenStrength, bestEpoch, network } = fitted;
  const evaluated = evaluateParts(input, logits, head.classes);
  return {
    ...{ head, curve, chosenStrength, bestEpoch },
    ...(network === undefined ? {} : { network }),
    engine: { ...engine.info, ...(fitted.steps === undefined ? {} : { steps: fitted.steps }) },
    temperature: evaluated.temperature,
    validation: evaluated.validation,
    test: evaluated.test,
    probabilities: softmaxRows(logits, head.classes, evaluated.temperature),
    seconds: { head: headSeconds, evaluation: (performance.now() - started) / 1000 - headSeconds },
    warnings: [...warnings, ...fitted.warnings, ...evaluated.warnings],
  };
}

/** A fitted head with what it says of every image, `[n, classes]`. */
interface FittedRecipe extends FittedHead {
  readonly logits: Float32Array;
  readonly network?: TrainedNetwork;
}

async function fitRecipe(engine: Engine, input: TrainerInput, options: FitOptions): Promise<FittedRecipe> {
  const { recipe } = input;
  if (hasOwnNetwork(recipe)) return trainNetwork(engine, input, recipe, options);
  const { tf } = engine;
  const data = await readData(input);
  const taught = (input.views ?? 1) > 1 ? await readViews(input, data) : data;
  const fitted =
    recipe.name === 'paper'
      ? await fitPaperHead(tf, taught, recipe, options)
      : await fitOneClickHead(tf, taught, { ...recipe, name: 'one-click' }, options);
  return { ...fitted, logits: applyHead(fitted.head, data.features, input.rows.length) };
}

/** Refuses what no honest model can come from, and names the classes that cannot be learnt. */
function reviewParts(data: TrainerInput): string[] {
  const { classNames } = data;
  const counts = countLabels(data.labels, listPart(data, 'train'), classNames.length);
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
  readonly temperature: number;
  readonly validation: Evaluation;
  readonly test: Evaluation;
  readonly warnings: readonly string[];
}

function evaluateParts(input: TrainerInput, logits: Float32Array, classes: number): EvaluatedParts {
  const take = (part: 'validation' | 'test') => {
    const rows = listPart(input, part);
    const own = new Float32Array(rows.length * classes);
    for (const [i, row] of rows.entries()) {
      own.set(logits.subarray(row * classes, (row + 1) * classes), i * classes);
    }
    const labels = Int32Array.from(rows, (row) => input.labels[row]!);
    return { logits: own, labels, units: Int32Array.from(rows, (row) => input.units[row]!) };
  };
  const [validation, test] = [take('validation'), take('test')];
  const { temperature, note } = fitTemperature(validation.logits, validation.labels, classes);
  const { grouped, classNames } = input;
  const common = { temperature, grouped, classNames, seed: input.recipe.seed };
  return {
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
