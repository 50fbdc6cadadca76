import type { FeatureSpec } from '../../../shared/backbones.ts';
import type { Recipe, RecipeName } from '../../../shared/training.ts';
import { preparePictures } from '../features/pictures.ts';
import { countSimpleCnn } from './simpleCnn.ts';
import { countViews, listFeatureSpecs } from './recipeFeatures.ts';

/** What a row of a recipe's feature file holds: numbers in all, and how many views they are of. */
export function describeRows(recipe: Recipe): { readonly dims: number; readonly views: number } {
  if (recipe.name === 'from-scratch') return { dims: preparePictures(recipe.resolution).dims, views: 1 };
  const views = countViews(recipe);
  return { dims: views * sum(listFeatureSpecs(recipe).map(countFeatures)), views };
}

/** Numbers that a network holds; `trainable` leaves out the frozen backbone and batch-norm statistics. */
export interface ParameterCount {
  readonly total: number;
  readonly trainable: number;
}

/** Units of the two hidden layers of the paper's head. */
export const PAPER_UNITS: readonly [number, number] = [128, 64];

/** Values per image that the backbone's pooled output holds (widths up to 1: V2 keeps its 1,280). */
export function countFeatures(spec: Pick<FeatureSpec, 'backbone' | 'width'>): number {
  return spec.backbone === 'mobilenet_v1' ? Math.floor(1024 * spec.width) : 1280;
}

/**
 * Parameters of the whole network: backbone without its classifier, and the recipe's head. `inputs` are the
 * features per image where they are not one backbone's own.
 */
export function countParameters(
  recipe: Recipe,
  classes: number,
  inputs: number = sum(listFeatureSpecs(recipe).map(countFeatures)),
): ParameterCount {
  if (recipe.name === 'from-scratch') {
    const count = countSimpleCnn(classes, recipe.resolution);
    return { total: count, trainable: count };
  }
  const head = countHeadParameters(recipe.name, inputs, classes);
  const backbones = sum(listNetworks(recipe).map(countBackboneParameters));
  return { total: backbones + head.total, trainable: head.trainable };
}

/** The networks of a recipe; one that is used at two resolutions has its weights once. */
function listNetworks(recipe: Recipe): FeatureSpec[] {
  const byName = new Map(listFeatureSpecs(recipe).map((spec) => [`${spec.backbone} ${spec.width}`, spec]));
  return [...byName.values()];
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

/** Parameters of the head alone on `inputs` features. */
export function countHeadParameters(recipe: RecipeName, inputs: number, classes: number): ParameterCount {
  const dense = (from: number, to: number): number => from * to + to;
  if (recipe !== 'paper') {
    return { total: dense(inputs, classes), trainable: dense(inputs, classes) };
  }
  const [first, second] = PAPER_UNITS;
  const trainable =
    dense(inputs, first) + 2 * first + dense(first, second) + 2 * second + dense(second, classes);
  return { total: trainable + 2 * first + 2 * second, trainable };
}

/** Backbone parameters with unfolded batch norm, as Keras counts them (`include_top=False`). */
export function countBackboneParameters(spec: Pick<FeatureSpec, 'backbone' | 'width'>): number {
  return spec.backbone === 'mobilenet_v1' ? countV1(spec.width) : countV2(spec.width);
}

const BATCH_NORM = 4;

/** Howard et al. 2017, table 1. */
function countV1(width: number): number {
  const outputs = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024];
  let channels = Math.floor(32 * width);
  let sum = channels * (27 + BATCH_NORM);
  for (const output of outputs) {
    const next = Math.floor(output * width);
    sum += channels * (9 + BATCH_NORM) + next * (channels + BATCH_NORM);
    channels = next;
  }
  return sum;
}

/** Sandler et al. 2018, table 2: expansion, output channels, repeats. */
function countV2(width: number): number {
  const blocks = [
    [1, 16, 1],
    [6, 24, 2],
    [6, 32, 3],
    [6, 64, 4],
    [6, 96, 3],
    [6, 160, 3],
    [6, 320, 1],
  ] as const;
  let channels = roundToEight(32 * width);
  let sum = channels * (27 + BATCH_NORM);
  for (const [expansion, output, repeats] of blocks) {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const inner = channels * expansion;
      const next = roundToEight(output * width);
      if (expansion !== 1) sum += inner * (channels + BATCH_NORM);
      sum += inner * (9 + BATCH_NORM) + next * (inner + BATCH_NORM);
      channels = next;
    }
  }
  return sum + 1280 * (channels + BATCH_NORM);
}

/** Nearest multiple of 8, never more than a tenth below the value asked for (the reference `_make_divisible`). */
function roundToEight(value: number): number {
  const rounded = Math.max(8, Math.floor((value + 4) / 8) * 8);
  return rounded < 0.9 * value ? rounded + 8 : rounded;
}
