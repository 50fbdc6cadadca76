import { setImmediate } from 'node:timers/promises';
import { FoveaError, throwIfCancelled } from '../../../shared/errors.ts';
import type { CurvePoint } from '../../../shared/jobs.ts';
import type { EpochSettings } from '../../../shared/training.ts';
import type { Random } from '../math/random.ts';
import type { Arena } from './arena.ts';
import type { Checkpoint } from './checkpoint.ts';
import { rateAt } from './learningRate.ts';
import { makeOptimiser, type Optimiser } from './optimiser.ts';
import { measureLogits, type LossAndHits, type Targets } from './targets.ts';
import { countLabels, listPart, weighClasses, type FitOptions, type TrainingData } from './trainingData.ts';

/** A loss above this is not learning any more: the weights have run away, though they are still numbers. */
const DIVERGED = 1e4;
/** How long the process may be deaf to a cancel. */
const BREATH_MS = 50;

/** A network that is trained by epochs. `Snapshot` is all that prediction needs, as a copy that can be stored. */
export interface EpochNetwork<Snapshot> {
  /** Every trained array, changed in place by the optimiser. */
  readonly parameters: readonly Float32Array[];
  /** Where the parameters lie, with room for an optimiser; absent where they lie anywhere. */
  readonly arena?: Arena;
  /** Loss of the images `rows` in training mode, and its gradient by each of `parameters`. */
  compute(rows: Uint32Array, targets: Targets): Promise<Gradients>;
  freeze(): Snapshot;
  /** Logits `[rows, classes]` of images in prediction mode. */
  predict(snapshot: Snapshot, rows: Uint32Array): Promise<Float32Array>;
}

export interface Gradients extends LossAndHits {
  /** In the order of `parameters`; may be overwritten by the next batch. */
  readonly gradients: readonly Float32Array[];
}

/** Which images of which class, in which part. */
export type LabelledParts = Pick<TrainingData, 'labels' | 'parts' | 'classes'>;

export interface EpochOptions extends FitOptions {
  /** What the network is before the first epoch, when it was trained otherwise before: it may be the best there is. */
  readonly start?: Pick<CurvePoint, 'trainLoss' | 'trainAccuracy'>;
  /** Keeps the last epoch, whatever the validation part says of it. */
  readonly keepsLast?: boolean;
}

export interface TrainedEpochs<Snapshot> {
  readonly best: Snapshot;
  /** 0 for the start. */
  readonly bestEpoch: number;
  readonly curve: readonly CurvePoint[];
  readonly warnings: readonly string[];
}

/**
 * Trains by epochs with its own seeded order, and keeps the epoch of lowest validation loss (the last one when there is
 * no validation part). With `options.checkpoint` a training that was ended goes on after its last whole epoch, to the
 * same weights. `random` must be as it was at the beginning of that training.
 * Throws `cancelled`, or `invalid` at the first batch whose loss is not a number or has run away.
 */
export async function trainEpochs<Snapshot>(
  network: EpochNetwork<Snapshot>,
  data: LabelledParts,
  settings: EpochSettings,
  random: Random,
  options: EpochOptions = {},
): Promise<TrainedEpochs<Snapshot>> {
  const trainRows = listPart(data, 'train');
  const classWeights = weighClasses(countLabels(data.labels, trainRows, data.classes), settings.classWeights);
  const describe = (rows: Uint32Array): Targets => describeTargets(data, rows, classWeights, settings);
  const validationRows = listPart(data, 'validation');
  const optimiser = makeOptimiser(
    settings,
    network.parameters.map(({ length }) => length),
    network.arena,
  );
  const measure = async (snapshot: Snapshot): Promise<Measured | null> => {
    if (validationRows.length === 0) return null;
    const { loss, hits } = measureLogits(
      await network.predict(snapshot, validationRows),
      describe(validationRows),
      null,
    );
    return { loss, accuracy: hits / validationRows.length };
  };

  const before = ((await options.checkpoint?.load()) ?? null) as Checkpoint<Snapshot> | null;
  const curve: CurvePoint[] = [...(before?.curve ?? [])];
  let best = before?.best ?? null;
  /** Adds what an epoch came to, and keeps its network where it is the best so far. */
  const judge = async (epoch: number, train: Measured): Promise<void> => {
    const head = network.freeze();
    const measured = await measure(head);
    if (measured !== null && !Number.isFinite(measured.loss)) throw sayDiverged(epoch, settings);
    curve.push({
      ...{ epoch, trainLoss: train.loss, trainAccuracy: train.accuracy },
      ...{ validationLoss: measured?.loss ?? null, validationAccuracy: measured?.accuracy ?? null },
    });
    if (best === null || measured === null || options.keepsLast === true || measured.loss < best.loss) {
      best = { epoch, loss: measured?.loss ?? NaN, head };
    }
  };
  if (before !== null) restore(before, network, optimiser);
  else if (options.start !== undefined) {
    await judge(0, { loss: options.start.trainLoss, accuracy: options.start.trainAccuracy });
  }
  for (let epoch = 1; epoch <= settings.epochs; epoch++) {
    // Drawn also for epochs that are past, so that those that follow get the order they would have had.
    const batches = cutBatches(random.shuffle(trainRows.slice()), settings.batchSize);
    if (epoch <= (before?.epoch ?? 0)) continue;
    if (isStuck(curve, settings, options)) break;
    const phase = `epoch ${epoch} of ${settings.epochs}`;
    const train = await runEpoch(network, optimiser, {
      ...{ batches, describe, settings, epoch, images: trainRows.length, signal: options.signal },
      onShare: (share) =>
        options.onProgress?.({ phase, done: epoch - 1 + share, total: settings.epochs, curve }),
    });
    await judge(epoch, train);
    await options.checkpoint?.save({
      ...{ epoch, curve, best: best! },
      parameters: network.parameters,
      optimiser: optimiser.state,
    });
    options.onProgress?.({ phase, done: epoch, total: settings.epochs, curve });
  }
  if (best === null) throw new FoveaError('invalid', 'The recipe has no epochs.', { subject: 'epochs' });
  const { head, epoch: bestEpoch } = best;
  return { best: head, bestEpoch, curve, warnings: listWarnings(curve, settings, validationRows.length) };
}

function listWarnings(curve: readonly CurvePoint[], { epochs }: EpochSettings, validation: number): string[] {
  const last = curve.at(-1)?.epoch ?? 0;
  return [
    ...(validation === 0 ? ['There are no validation images, so the last epoch was kept.'] : []),
    ...(last < epochs
      ? [`Training stopped early, after ${last} of ${epochs} epochs: the validation loss fell no more.`]
      : []),
  ];
}

/** Whether the validation loss has not fallen for as many epochs as the recipe waits. */
function isStuck(
  curve: readonly CurvePoint[],
  { earlyStopping }: EpochSettings,
  { keepsLast }: EpochOptions,
): boolean {
  if (earlyStopping === 0 || keepsLast === true) return false;
  const losses = curve.map(({ validationLoss }) => validationLoss);
  if (losses.length === 0 || losses.includes(null)) return false;
  const known = losses as number[];
  return known.length - 1 - known.indexOf(Math.min(...known)) >= earlyStopping;
}

function restore<Snapshot>(
  { parameters, optimiser }: Checkpoint<Snapshot>,
  network: EpochNetwork<Snapshot>,
  into: Optimiser,
): void {
  for (const [i, values] of network.parameters.entries()) values.set(parameters[i]!);
  into.restore(optimiser);
}

interface EpochWork {
  readonly batches: readonly Uint32Array[];
  readonly describe: (rows: Uint32Array) => Targets;
  readonly settings: EpochSettings;
  readonly epoch: number;
  readonly images: number;
  readonly signal: AbortSignal | undefined;
  /** Told after slow batches, of which an epoch may take minutes. */
  readonly onShare: (share: number) => void;
}

/** Loss and accuracy in training mode, averaged over the images of the epoch, as Keras reports them. */
async function runEpoch<Snapshot>(
  network: EpochNetwork<Snapshot>,
  optimiser: Optimiser,
  { batches, describe, settings, epoch, images, signal, onShare }: EpochWork,
): Promise<Measured> {
  let [loss, hits, seen] = [0, 0, 0];
  let breath = performance.now();
  for (const [step, rows] of batches.entries()) {
    throwIfCancelled(signal);
    const result = await network.compute(rows, describe(rows));
    if (!(Math.abs(result.loss) < DIVERGED)) throw sayDiverged(epoch, settings);
    const rate = rateAt(settings, { epoch, step, stepsPerEpoch: batches.length });
    optimiser.step(network.parameters, result.gradients, rate);
    loss += (result.loss * rows.length) / images;
    hits += result.hits;
    seen += rows.length;
    const now = performance.now();
    if (now - breath > BREATH_MS) {
      // A batch that takes this long is worth telling of; small ones would only be noise.
      if (now - breath > BREATH_MS * 4) onShare(seen / images);
      await setImmediate();
      breath = performance.now();
    }
  }
  return { loss, accuracy: hits / images };
}

interface Measured {
  readonly loss: number;
  readonly accuracy: number;
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

function describeTargets(
  { labels }: LabelledParts,
  rows: Uint32Array,
  classWeights: Float64Array,
  { labelSmoothing }: EpochSettings,
): Targets {
  const own = Int32Array.from(rows, (row) => labels[row]!);
  return { labels: own, weights: Float64Array.from(own, (label) => classWeights[label]!), labelSmoothing };
}

function sayDiverged(epoch: number, { learningRate }: EpochSettings): FoveaError {
  return new FoveaError(
    'invalid',
    `Training ran away in epoch ${epoch}: its loss is no longer a usable number.`,
    {
      subject: 'learningRate',
      todo: `Lower the learning rate (it is ${learningRate}; 0.001 is usual), then train again.`,
    },
  );
}
