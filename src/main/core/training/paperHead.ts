import { setImmediate } from 'node:timers/promises';
import { FoveaError, throwIfCancelled } from '../../../shared/errors.ts';
import type { CurvePoint } from '../../../shared/jobs.ts';
import type { PaperRecipe } from '../../../shared/training.ts';
import { createRandom, type Random } from '../math/random.ts';
import { Adam } from './adam.ts';
import type { Checkpoint } from './checkpoint.ts';
import { applyHeadOnEngine } from './engineHead.ts';
import type { Matrix } from './engineProducts.ts';
import type { Tf } from './engines.ts';
import type { Head } from './head.ts';
import { measureLogits, PaperNetwork } from './paperNetwork.ts';
import { openPaperStep, type PaperStep } from './paperStep.ts';
import {
  countLabels,
  listPart,
  weighClasses,
  type FitOptions,
  type FittedHead,
  type TrainingData,
} from './trainingData.ts';

/** Batch-norm statistics settle long before this many images. */
const STATISTICS_ROWS = 4_096;
/** A loss above this is not learning any more: the weights have run away, though they are still numbers. */
const DIVERGED = 1e4;
/** How long the process may be deaf to a cancel. */
const BREATH_MS = 50;

/**
 * The paper's head by Adam with its own seeded order: the same data, recipe and seed give the same weights on
 * the same engine. Keeps the epoch of lowest validation loss (the last one when there is no validation part).
 * With `options.checkpoint` a training that was ended goes on after its last whole epoch, to the same weights.
 * Throws `cancelled`, or `invalid` at the first batch whose loss is not a number or has run away.
 */
export async function fitPaperHead(
  tf: Tf,
  data: TrainingData,
  recipe: PaperRecipe,
  options: FitOptions = {},
): Promise<FittedHead> {
  const random = createRandom(recipe.seed);
  const network = new PaperNetwork(tf, random, data.inputs, data.classes);
  const step = await openPaperStep(tf, network);
  try {
    return await trainEpochs({ tf, data, recipe, options, random, network, step });
  } finally {
    await step.close();
  }
}

interface Run {
  readonly tf: Tf;
  readonly data: TrainingData;
  readonly recipe: PaperRecipe;
  readonly options: FitOptions;
  readonly random: Random;
  readonly network: PaperNetwork;
  readonly step: PaperStep;
}

async function trainEpochs({ tf, data, recipe, options, random, network, step }: Run): Promise<FittedHead> {
  const trainRows = listPart(data, 'train');
  const counts = countLabels(data.labels, trainRows, data.classes);
  const classWeights = weighClasses(counts, recipe.classWeights);
  const adam = new Adam(
    recipe.learningRate,
    network.parameters.map(({ length }) => length),
    network.arena,
  );
  const shuffled = random.shuffle(trainRows.slice());
  const statistics = takeRows(data, shuffled.subarray(0, STATISTICS_ROWS), classWeights);
  const validationRows = listPart(data, 'validation');
  const validation = validationRows.length === 0 ? null : takeRows(data, validationRows, classWeights);

  // A batch has at most one image more than its size; new arrays for each would cost more than filling them.
  const room = new Float32Array(Math.min(trainRows.length, recipe.batchSize + 1) * data.inputs);
  const before = (await options.checkpoint?.load()) ?? null;
  const curve: CurvePoint[] = [...(before?.curve ?? [])];
  let best = before?.best ?? null;
  if (before !== null) restore(before, network, adam);
  for (let epoch = 1; epoch <= recipe.epochs; epoch++) {
    // Drawn also for epochs that are past, so that those that follow get the order they would have had.
    const batches = cutBatches(random.shuffle(trainRows.slice()), recipe.batchSize);
    if (epoch <= (before?.epoch ?? 0)) continue;
    const train = await runEpoch(network, step, adam, {
      batches: batches.map((rows) => () => takeRows(data, rows, classWeights, room)),
      images: trainRows.length,
      signal: options.signal,
      explain: () => sayDiverged(epoch, recipe.learningRate),
    });
    const head = network.freeze(statistics.input);
    const measured = validation === null ? null : measureHead(tf, head, validation);
    if (measured !== null && !Number.isFinite(measured.loss)) throw sayDiverged(epoch, recipe.learningRate);
    curve.push({
      epoch,
      trainLoss: train.loss,
      trainAccuracy: train.accuracy,
      validationLoss: measured?.loss ?? null,
      validationAccuracy: measured?.accuracy ?? null,
    });
    if (best === null || measured === null || measured.loss < best.loss) {
      best = { epoch, loss: measured?.loss ?? NaN, head };
    }
    await options.checkpoint?.save({
      ...{ epoch, curve, best },
      parameters: network.parameters,
      optimiser: adam.state,
    });
    const phase = `epoch ${epoch} of ${recipe.epochs}`;
    options.onProgress?.({ phase, done: epoch, total: recipe.epochs, curve });
  }
  if (best === null) throw new FoveaError('invalid', 'The recipe has no epochs.', { subject: 'epochs' });
  const warnings = validation === null ? ['There are no validation images, so the last epoch was kept.'] : [];
  const by = step.by === undefined ? {} : { steps: step.by };
  return { head: best.head, curve, chosenStrength: null, bestEpoch: best.epoch, warnings, ...by };
}

function restore({ parameters, optimiser }: Checkpoint, network: PaperNetwork, adam: Adam): void {
  for (const [i, values] of network.parameters.entries()) values.set(parameters[i]!);
  adam.restore(optimiser);
}

/** One batch, or a whole part. */
interface Batch {
  readonly input: Matrix;
  readonly labels: Int32Array;
  /** Weight of each image in the loss. */
  readonly weights: Float64Array;
}

interface EpochWork {
  /** Each made when its turn comes, so that the features are not held twice. */
  readonly batches: readonly (() => Batch)[];
  readonly images: number;
  readonly signal: AbortSignal | undefined;
  readonly explain: () => FoveaError;
}

/** Loss and accuracy in training mode, averaged over the images of the epoch, as Keras reports them. */
async function runEpoch(
  network: PaperNetwork,
  compute: PaperStep,
  adam: Adam,
  work: EpochWork,
): Promise<Measured> {
  let loss = 0;
  let hits = 0;
  let breath = performance.now();
  for (const take of work.batches) {
    throwIfCancelled(work.signal);
    const batch = take();
    const step = await compute.compute(batch.input, batch.labels, batch.weights);
    if (!(Math.abs(step.loss) < DIVERGED)) throw work.explain();
    adam.step(network.parameters, step.gradients);
    loss += (step.loss * batch.labels.length) / work.images;
    hits += step.hits;
    if (performance.now() - breath > BREATH_MS) {
      await setImmediate();
      breath = performance.now();
    }
  }
  return { loss, accuracy: hits / work.images };
}

interface Measured {
  readonly loss: number;
  readonly accuracy: number;
}

function measureHead(tf: Tf, head: Head, { input, labels, weights }: Batch): Measured {
  const logits = applyHeadOnEngine(tf, head, input.values, input.rows);
  const { loss, hits } = measureLogits(logits, labels, weights, null);
  return { loss, accuracy: hits / labels.length };
}

/** Batches of `size`; a last one of a single image joins the one before, because it has no variance. */
export function cutBatches(rows: Uint32Array, size: number): Uint32Array[] {
  const batches: Uint32Array[] = [];
  for (let start = 0; start < rows.length;) {
    const end = rows.length - start === size + 1 ? rows.length : Math.min(rows.length, start + size);
    batches.push(rows.subarray(start, end));
    start = end;
  }
  return batches;
}

/** `room`, where it is given, takes the features; it must not be used until the batch is done with. */
function takeRows(
  data: TrainingData,
  rows: Uint32Array,
  classWeights: Float64Array,
  room?: Float32Array,
): Batch {
  const { inputs } = data;
  const values = room?.subarray(0, rows.length * inputs) ?? new Float32Array(rows.length * inputs);
  for (const [i, row] of rows.entries()) {
    values.set(data.features.subarray(row * inputs, (row + 1) * inputs), i * inputs);
  }
  const labels = Int32Array.from(rows, (row) => data.labels[row]!);
  return {
    input: { values, rows: rows.length, columns: inputs },
    labels,
    weights: Float64Array.from(labels, (label) => classWeights[label]!),
  };
}

function sayDiverged(epoch: number, learningRate: number): FoveaError {
  return new FoveaError(
    'invalid',
    `Training ran away in epoch ${epoch}: its loss is no longer a usable number.`,
    {
      subject: 'learningRate',
      todo: `Lower the learning rate (it is ${learningRate}; 0.001 is usual), then train again.`,
    },
  );
}
