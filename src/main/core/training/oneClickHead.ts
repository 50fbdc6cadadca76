import { setImmediate } from 'node:timers/promises';
import { FoveaError, throwIfCancelled } from '../../../shared/errors.ts';
import type { CurvePoint } from '../../../shared/jobs.ts';
import type { OneClickRecipe } from '../../../shared/training.ts';
import { minimiseLbfgs, type LbfgsProblem } from '../math/lbfgs.ts';
import { createRandom } from '../math/random.ts';
import type { Tf } from './engines.ts';
import type { Head } from './head.ts';
import { biasScale, SoftmaxObjective, type Fit, type Sample } from './softmaxObjective.ts';
import { fitStandardiser, foldStandardiser, unfoldStandardiser, type Standardiser } from './standardise.ts';
import {
  countLabels,
  listPart,
  weighClasses,
  type FitOptions,
  type FittedHead,
  type TrainingData,
} from './trainingData.ts';

/** Strengths are compared on at most this many training images. */
const SEARCH_ROWS = 3_000;
/** A validation part below this cannot tell strengths apart. */
const ENOUGH_VALIDATION = 30;
/** Relative fall of the loss at which a fit ends: while strengths are compared, */
const ROUGH = 3e-4;
/** for the head that is kept: every engine then ends at the same head within 0.001, */
const FINE = 1e-8;
/** up to this many training images. */
const CONVERGED_ROWS = 10_000;
/**
 * A larger set always gets this many iterations from the best point of the part of it on which strengths were compared:
 * more of them take seconds and change no accuracy (18, 22 or 30 reach the same on EuroSAT within 0.02 points).
 */
const LARGE_ITERATIONS = 18;
/** After a warm start there is less way to go, and the next refit goes on from here. */
const WARM_ITERATIONS = 12;
/** Pairs of differences that L-BFGS keeps; 10 take a tenth more iterations. */
const MEMORY = 20;
const CURVE_STEP = 5;

/** Where a fit begins that follows another on nearly the same images. */
export interface WarmStart {
  /** One dense layer of the same inputs and classes. */
  readonly head: Head;
  /** Used as it is when given; null searches anew. */
  readonly strength: number | null;
}

export interface OneClickOptions extends FitOptions {
  readonly warmStart?: WarmStart | null;
}

/**
 * L2-regularised softmax regression on standardised features by L-BFGS. The strength is the one of lowest
 * validation loss, searched uphill from the middle of the recipe's list (of equals the smaller one). The
 * standardisation is folded into the head, which therefore takes raw features.
 * Throws `cancelled`, or `invalid` when the loss is not a number.
 */
export async function fitOneClickHead(
  tf: Tf,
  data: TrainingData,
  recipe: OneClickRecipe,
  options: OneClickOptions = {},
): Promise<FittedHead> {
  const fit = new OneClickFit(tf, data, recipe, options);
  try {
    return await fit.run();
  } finally {
    fit.dispose();
  }
}

interface Tried {
  readonly index: number;
  readonly point: Float64Array;
  readonly loss: number;
}

type Limits = Required<Pick<LbfgsProblem, 'maxIterations' | 'relativeReduction'>>;

class OneClickFit {
  readonly #tf: Tf;
  readonly #data: TrainingData;
  readonly #recipe: OneClickRecipe;
  readonly #options: OneClickOptions;
  readonly #classWeights: Float64Array;
  readonly #standardiser: Standardiser;
  readonly #trainRows: Uint32Array;
  readonly #validation: SoftmaxObjective | null;
  readonly #strengths: readonly number[];
  readonly #curve: CurvePoint[] = [];
  #training: SoftmaxObjective | null = null;
  #iterations = 0;
  #triedCount = 0;

  constructor(tf: Tf, data: TrainingData, recipe: OneClickRecipe, options: OneClickOptions) {
    this.#tf = tf;
    this.#data = data;
    this.#recipe = recipe;
    this.#options = options;
    this.#trainRows = listPart(data, 'train');
    const counts = countLabels(data.labels, this.#trainRows, data.classes);
    this.#classWeights = weighClasses(counts, recipe.classWeights);
    // Of a large set a part tells mean and spread within a hundredth, and any scale near them does.
    const described = drawRows(this.#trainRows, SEARCH_ROWS, recipe.seed);
    this.#standardiser = fitStandardiser(data.features, data.inputs, described);
    this.#strengths = [...recipe.strengths].sort((a, b) => a - b);
    const validationRows = listPart(data, 'validation');
    this.#validation =
      validationRows.length === 0 ? null : new SoftmaxObjective(tf, this.#takeSample(validationRows));
  }

  dispose(): void {
    this.#training?.dispose();
    this.#validation?.dispose();
  }

  async run(): Promise<FittedHead> {
    const middle = this.#strengths[Math.floor((this.#strengths.length - 1) / 2)]!;
    const validationCount = this.#validation?.size ?? 0;
    const { warmStart } = this.#options;
    const warnings: string[] = [];
    let chosen = middle;
    let start = this.#findStart();
    if (typeof warmStart?.strength === 'number') {
      chosen = warmStart.strength;
    } else if (validationCount < ENOUGH_VALIDATION) {
      if (this.#strengths.length > 1) warnings.push(sayFixedStrength(validationCount, middle));
    } else if (this.#strengths.length > 1) {
      this.#load(drawRows(this.#trainRows, SEARCH_ROWS, this.#recipe.seed));
      const best = await this.#search(start);
      chosen = this.#strengths[best.index]!;
      start = best.point;
    }
    this.#load(this.#trainRows);
    const point = await this.#fit(start, chosen, this.#fineLimits(), 'fitting on all images');
    return {
      head: this.#makeHead(point),
      curve: this.#curve,
      chosenStrength: chosen,
      bestEpoch: null,
      warnings,
    };
  }

  /** The point of the warm start, or zero. */
  #findStart(): Float64Array {
    const { inputs, classes } = this.#data;
    const point = new Float64Array((inputs + 1) * classes);
    const layer = this.#options.warmStart?.head.layers[0];
    if (layer?.kind !== 'dense' || layer.inputs !== inputs || layer.units !== classes) return point;
    const { kernel, bias } = unfoldStandardiser(layer.kernel, layer.bias, this.#standardiser);
    point.set(kernel);
    const scale = biasScale(inputs);
    for (const [k, value] of bias.entries()) point[inputs * classes + k] = value / scale;
    return point;
  }

  /** Walks from the middle strength to larger ones while the validation loss falls, then to smaller ones. */
  async #search(start: Float64Array): Promise<Tried> {
    const middle = Math.floor((this.#strengths.length - 1) / 2);
    let best = await this.#try(middle, start);
    for (let index = middle + 1; index < this.#strengths.length; index++) {
      const next = await this.#try(index, best.point);
      if (!(next.loss < best.loss)) break;
      best = next;
    }
    if (best.index !== middle) return best;
    for (let index = middle - 1; index >= 0; index--) {
      const next = await this.#try(index, best.point);
      if (!(next.loss <= best.loss)) break;
      best = next;
    }
    return best;
  }

  async #try(index: number, start: Float64Array): Promise<Tried> {
    const strength = this.#strengths[index]!;
    const limits = { relativeReduction: ROUGH, maxIterations: this.#recipe.maxIterations };
    const point = await this.#fit(start, strength, limits, `trying strength ${strength}`);
    this.#triedCount += 1;
    return { index, point, loss: this.#validation!.measure(point).loss };
  }

  /** When the fit of the head that is kept ends. */
  #fineLimits(): Limits {
    const { maxIterations } = this.#recipe;
    const isWarm = (this.#options.warmStart ?? null) !== null;
    if (isWarm) return { relativeReduction: FINE, maxIterations: Math.min(maxIterations, WARM_ITERATIONS) };
    if (this.#trainRows.length <= CONVERGED_ROWS) return { relativeReduction: FINE, maxIterations };
    return { relativeReduction: 0, maxIterations: Math.min(maxIterations, LARGE_ITERATIONS) };
  }

  async #fit(start: Float64Array, strength: number, limits: Limits, phase: string): Promise<Float64Array> {
    const training = this.#training!;
    // The best penalty per image falls about with the root of their number (measured on tissue and satellite
    // tiles, 500 to 13,000 images), so a part of the images stands for all of them with this much more of it.
    const share = training.size / this.#trainRows.length;
    const penalty = Math.sqrt(share) / (strength * training.weightSum);
    const { signal } = this.#options;
    throwIfCancelled(signal);
    const result = await minimiseLbfgs({
      objective: (point) => training.evaluate(point, penalty),
      start,
      ...limits,
      tolerance: 1e-6,
      memory: MEMORY,
      shouldStop: () => signal?.aborted ?? false,
      onIteration: async ({ iteration, point }) => {
        this.#iterations += 1;
        if (iteration % CURVE_STEP === 0) this.#addPoint(point, training.fit, phase);
        // Lets a cancel that came in meanwhile be heard.
        await setImmediate();
      },
    });
    throwIfCancelled(signal);
    if (result.reason === 'non-finite' || !Number.isFinite(result.value)) throw notFinite();
    this.#addPoint(result.point, training.measure(result.point), phase);
    return result.point;
  }

  #addPoint(point: Float64Array, { loss, accuracy }: Fit, phase: string): void {
    const validation = this.#validation?.measure(point);
    const newest: CurvePoint = {
      epoch: this.#iterations,
      trainLoss: loss,
      trainAccuracy: accuracy,
      validationLoss: validation?.loss ?? null,
      validationAccuracy: validation?.accuracy ?? null,
    };
    if (this.#curve.at(-1)?.epoch === newest.epoch) this.#curve.pop();
    this.#curve.push(newest);
    const total = this.#strengths.length + 1;
    this.#options.onProgress?.({ phase, done: this.#triedCount, total, curve: this.#curve });
  }

  #load(rows: Uint32Array): void {
    if (this.#training?.size === rows.length) return;
    this.#training?.dispose();
    this.#training = null;
    this.#training = new SoftmaxObjective(this.#tf, this.#takeSample(rows));
  }

  #takeSample(rows: Uint32Array): Sample {
    const { features, inputs, classes, labels } = this.#data;
    const own = Int32Array.from(rows, (row) => labels[row]!);
    const values = new Float32Array(rows.length * inputs);
    for (const [i, row] of rows.entries()) {
      values.set(features.subarray(row * inputs, (row + 1) * inputs), i * inputs);
    }
    return {
      features: values,
      standardiser: this.#standardiser,
      labels: own,
      weights: Float64Array.from(own, (label) => this.#classWeights[label]!),
      inputs,
      classes,
    };
  }

  #makeHead(point: Float64Array): Head {
    const { inputs, classes } = this.#data;
    const scale = biasScale(inputs);
    const bias = point.slice(inputs * classes).map((value) => value * scale);
    const folded = foldStandardiser(point.subarray(0, inputs * classes), bias, this.#standardiser);
    return {
      inputs,
      classes,
      layers: [{ kind: 'dense', inputs, units: classes, ...folded, activation: 'linear' }],
    };
  }
}

/** At most `count` of `rows`, drawn by the seed and kept in order. */
function drawRows(rows: Uint32Array, count: number, seed: number): Uint32Array {
  if (rows.length <= count) return rows;
  return createRandom(seed).shuffle(rows.slice()).slice(0, count).sort();
}

function sayFixedStrength(images: number, strength: number): string {
  const found =
    images === 0 ? 'There are no validation images' : `There are only ${images} validation images`;
  return `${found}, too few to choose the strength of regularisation; ${strength} was used.`;
}

function notFinite(): FoveaError {
  return new FoveaError('invalid', 'The training loss is not a number; the features are not usable.', {
    todo: 'Compute the features of this library again, then train.',
  });
}
