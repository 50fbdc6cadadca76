import type { FeatureSpec } from '../../../shared/backbones.ts';
import type { Recipe, TimeEstimate } from '../../../shared/training.ts';
import { countViews, listFeatureSpecs } from './recipeFeatures.ts';
import { featureRateKey, type Rates } from './rates.ts';

/** Multiply-adds of the networks at width 1.0 and 224 × 224, in millions (Howard 2017, Sandler 2018). */
const MEGA_MACS = { mobilenet_v1: 569, mobilenet_v2: 300 } as const;
/** Starting a process and reading features, before and after a training. */
const OVERHEAD_SECONDS = 0.5;

export interface TrainingSize {
  /** Images whose features are not there yet. */
  readonly missingFeatures: number;
  /** Images in the training part. */
  readonly trainImages: number;
  readonly classes: number;
  readonly dims: number;
}

/** What a training has to do, in units that are only compared within one kind of recipe. */
export function measureWork(
  recipe: Recipe,
  { trainImages, classes, dims }: Omit<TrainingSize, 'missingFeatures'>,
): number {
  const passes = 'epochs' in recipe ? recipe.epochs : 1;
  const blocks = recipe.name === 'fine-tune' ? recipe.unfrozenBlocks : 1;
  const columns = 'epochs' in recipe ? 1 : classes;
  return Math.max(1, trainImages) * dims * passes * columns * blocks;
}

/**
 * How long a training will take on this machine, by what was measured on it: features a second of this backbone, and
 * the training of this recipe whose size is nearest. `rough` where only another backbone was measured; null where
 * nothing was, rather than a guess.
 */
export function estimateTime(recipe: Recipe, size: TrainingSize, rates: Rates): TimeEstimate {
  const features = estimateAllFeatures(recipe, size.missingFeatures, rates);
  const head = estimateHead(recipe, size, rates);
  return {
    missingFeatures: size.missingFeatures,
    featureSeconds: features.seconds,
    headSeconds: head,
    totalSeconds:
      features.seconds === null || head === null ? null : features.seconds + head + OVERHEAD_SECONDS,
    isRough: features.isRough,
  };
}

/** Every network looks at every view. */
function estimateAllFeatures(recipe: Recipe, missing: number, rates: Rates) {
  const each = listFeatureSpecs(recipe).map((spec) => estimateFeatures(spec, missing, rates));
  const known = each.map(({ seconds }) => seconds);
  const isWhole = known.every((seconds) => seconds !== null);
  return {
    seconds: isWhole ? countViews(recipe) * known.reduce((sum, seconds) => sum + seconds, 0) : null,
    isRough: each.some(({ isRough }) => isRough) || countViews(recipe) > 1,
  };
}

function estimateFeatures(spec: FeatureSpec, missing: number, rates: Rates) {
  if (missing === 0) return { seconds: 0, isRough: false };
  const own = rates.features[featureRateKey(spec)];
  if (own !== undefined) return { seconds: (missing * own.seconds) / own.images, isRough: false };
  const [other] = Object.entries(rates.features);
  const known = other === undefined ? null : readKey(other[0]);
  if (other === undefined || known === null) return { seconds: null, isRough: true };
  const share = macsOf(spec) / macsOf(known);
  return { seconds: (missing * other[1].seconds * share) / other[1].images, isRough: true };
}

function readKey(key: string): FeatureSpec | null {
  const match = /^(mobilenet_v[12])-([\d.]+)-(\d+)$/.exec(key);
  if (match === null) return null;
  return {
    backbone: match[1] as FeatureSpec['backbone'],
    width: Number(match[2]),
    resolution: Number(match[3]),
  };
}

function macsOf({ backbone, width, resolution }: FeatureSpec): number {
  return MEGA_MACS[backbone] * width ** 2 * (resolution / 224) ** 2;
}

function estimateHead(recipe: Recipe, size: TrainingSize, rates: Rates): number | null {
  const measured = rates.heads[recipe.name] ?? [];
  const work = measureWork(recipe, size);
  const distance = (each: { work: number }): number => Math.abs(Math.log(each.work / work));
  const nearest = measured.toSorted((a, b) => distance(a) - distance(b))[0];
  if (nearest === undefined) return null;
  return (nearest.seconds * work) / nearest.work + nearest.evaluation;
}
