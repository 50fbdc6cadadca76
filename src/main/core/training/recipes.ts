import * as v from 'valibot';
import { BACKBONE_NAMES, DEFAULT_RESOLUTION, WIDTHS, type FeatureSpec } from '../../../shared/backbones.ts';
import { FoveaError } from '../../../shared/errors.ts';
import {
  COLOUR_CHANGES,
  OPTIMISERS,
  RECIPE_NAMES,
  SCHEDULES,
  VIEW_COUNTS,
  type EpochSettings,
  type OneClickRecipe,
  type PaperRecipe,
  type Recipe,
  type RecipeName,
} from '../../../shared/training.ts';

/** One reason why a recipe cannot be used, and at which field a person must change it. */
export interface RecipeFault {
  /** Path of the field: `learningRate`, `features.width`. */
  readonly field: string;
  /** One sentence for a person. */
  readonly reason: string;
}

/**
 * Strengths C for standardised features, weakest model first. On MobileNet features of tissue and of
 * satellite tiles the best lies between 0.003 and 0.03; the outer values catch very small or noisy sets.
 */
export const DEFAULT_STRENGTHS: readonly number[] = [0.001, 0.003, 0.01, 0.03, 0.1];

const wholeNumber = (low: number, high: number) =>
  v.pipe(
    v.number(`must be a whole number from ${low} to ${high}.`),
    v.check(
      (value) => Number.isInteger(value) && value >= low && value <= high,
      `must be a whole number from ${low} to ${high}.`,
    ),
  );

/** An object with exactly these settings; what is missing or unknown is said in our words. */
const settings = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.strictObject(entries, (issue) =>
    issue.expected === 'never' ? 'is not a setting of this recipe.' : 'is missing.',
  );

const SIDE_RULE = 'must be a multiple of 32 from 96 to 224.';
const SIDE = v.pipe(
  v.number(SIDE_RULE),
  v.check((side) => side % 32 === 0 && side >= 96 && side <= 224, SIDE_RULE),
);

const FEATURES = settings({
  backbone: v.picklist(BACKBONE_NAMES, `must be one of ${BACKBONE_NAMES.join(', ')}.`),
  width: v.picklist(WIDTHS, `must be one of ${WIDTHS.join(', ')}.`),
  resolution: SIDE,
});

const SEED = wholeNumber(0, 0xffffffff);
const CLASS_WEIGHTS = v.picklist(['auto', 'none', 'balanced'] as const, 'must be auto, none or balanced.');
const STRENGTH_RULE = 'must be one to twelve numbers from 0.000001 to 1000000.';

const LINEAR = {
  features: FEATURES,
  seed: SEED,
  strengths: v.pipe(
    v.array(v.number(STRENGTH_RULE), STRENGTH_RULE),
    v.check(
      (list) => list.length >= 1 && list.length <= 12 && list.every((c) => c >= 1e-6 && c <= 1e6),
      STRENGTH_RULE,
    ),
  ),
  maxIterations: wholeNumber(1, 10_000),
  classWeights: CLASS_WEIGHTS,
};

const ONE_CLICK = settings({ name: v.literal('one-click'), ...LINEAR });

const MORE_RULE = 'must be a list of at most five networks: [{"backbone", "width", "resolution"}, …].';
const MORE_FEATURES = v.pipe(v.array(FEATURES, MORE_RULE), v.maxLength(5, MORE_RULE));
const areDistinct = (specs: readonly FeatureSpec[]): boolean =>
  new Set(specs.map(({ backbone, width, resolution }) => `${backbone} ${width} ${resolution}`)).size ===
  specs.length;

const MULTI_FEATURE = settings({
  name: v.literal('multi-feature'),
  ...LINEAR,
  moreFeatures: v.pipe(MORE_FEATURES, v.minLength(1, 'must name at least one network beside the first.')),
});

const AUGMENTED = settings({
  name: v.literal('augmented'),
  ...LINEAR,
  moreFeatures: MORE_FEATURES,
  views: v.picklist(VIEW_COUNTS, `must be one of ${VIEW_COUNTS.join(', ')}.`),
  colour: v.picklist(COLOUR_CHANGES, `must be one of ${COLOUR_CHANGES.join(', ')}.`),
});

/** The paper's: Adam 1e-3, batches of 32, 10 epochs, nothing else. Also what recipes saved before had no field for. */
export const PAPER_EPOCHS: EpochSettings = {
  epochs: 10,
  batchSize: 32,
  optimiser: 'adam',
  learningRate: 1e-3,
  momentum: 0.9,
  schedule: 'constant',
  warmUpEpochs: 0,
  labelSmoothing: 0,
  classWeights: 'auto',
  earlyStopping: 0,
};

/** A low rate that rises and falls again: the network is good already, and large steps at the start would spoil it. */
const FINE_TUNE_EPOCHS = {
  epochs: 10,
  learningRate: 1e-4,
  schedule: 'cosine',
  warmUpEpochs: 1,
  earlyStopping: 4,
} as const;

const shareBelowOne = (rule: string) =>
  v.pipe(
    v.number(rule),
    v.check((share) => share >= 0 && share < 1, rule),
  );
const RATE_RULE = 'must be a number above 0 and at most 1000000.';

/** Settings that came later than the first recipes are completed where they are absent. */
const EPOCHS = {
  epochs: wholeNumber(1, 10_000),
  batchSize: wholeNumber(2, 65_536),
  optimiser: v.optional(
    v.picklist(OPTIMISERS, `must be one of ${OPTIMISERS.join(', ')}.`),
    PAPER_EPOCHS.optimiser,
  ),
  learningRate: v.pipe(
    v.number(RATE_RULE),
    v.check((rate) => rate > 0 && rate <= 1e6, RATE_RULE),
  ),
  momentum: v.optional(shareBelowOne('must be a number from 0 to below 1.'), PAPER_EPOCHS.momentum),
  schedule: v.optional(
    v.picklist(SCHEDULES, `must be one of ${SCHEDULES.join(', ')}.`),
    PAPER_EPOCHS.schedule,
  ),
  warmUpEpochs: v.optional(wholeNumber(0, 10_000), PAPER_EPOCHS.warmUpEpochs),
  labelSmoothing: v.optional(
    shareBelowOne('must be a number from 0 (none) to below 1.'),
    PAPER_EPOCHS.labelSmoothing,
  ),
  classWeights: CLASS_WEIGHTS,
  earlyStopping: v.optional(wholeNumber(0, 10_000), PAPER_EPOCHS.earlyStopping),
};

const PAPER = settings({ name: v.literal('paper'), features: FEATURES, seed: SEED, ...EPOCHS });

const FINE_TUNE = settings({
  name: v.literal('fine-tune'),
  features: FEATURES,
  seed: SEED,
  unfrozenBlocks: wholeNumber(1, 8),
  ...EPOCHS,
});

const FROM_SCRATCH = settings({
  name: v.literal('from-scratch'),
  seed: SEED,
  resolution: SIDE,
  ...EPOCHS,
});

const RECIPE = v.variant(
  'name',
  [ONE_CLICK, PAPER, MULTI_FEATURE, AUGMENTED, FINE_TUNE, FROM_SCRATCH],
  `must be one of ${RECIPE_NAMES.join(', ')}.`,
);

/** The recipe that a person gets without touching a setting. */
export function defaultRecipe(name: RecipeName, features: Partial<FeatureSpec> = {}, seed = 1): Recipe {
  const spec: FeatureSpec = {
    backbone: 'mobilenet_v2',
    width: 1.0,
    resolution: DEFAULT_RESOLUTION,
    ...features,
  };
  switch (name) {
    case 'one-click':
      return defaultOneClick(spec, seed);
    case 'paper':
      return defaultPaper(spec, seed);
    case 'multi-feature':
      return { ...defaultOneClick(spec, seed), name, moreFeatures: pairWith(spec, [160, 224]) };
    case 'augmented':
      return {
        ...{ ...defaultOneClick(spec, seed), name, moreFeatures: pairWith(spec, [spec.resolution]) },
        ...{ views: 8, colour: 'none' },
      };
    case 'fine-tune':
      return { name, features: spec, seed, unfrozenBlocks: 3, ...PAPER_EPOCHS, ...FINE_TUNE_EPOCHS };
    case 'from-scratch':
      return { name, seed, resolution: spec.resolution, ...PAPER_EPOCHS, epochs: 50 };
  }
}

/** Both networks at each side, without the one that is there already; V1 and V2 at width 1 err differently. */
function pairWith(first: FeatureSpec, sides: readonly number[]): FeatureSpec[] {
  const all = sides.flatMap((resolution) =>
    BACKBONE_NAMES.map((backbone): FeatureSpec => ({ backbone, width: 1, resolution })),
  );
  return all.filter((spec) => areDistinct([first, spec]));
}

function defaultOneClick(features: FeatureSpec, seed: number): OneClickRecipe {
  return {
    name: 'one-click',
    features,
    seed,
    strengths: DEFAULT_STRENGTHS,
    maxIterations: 200,
    classWeights: 'auto',
  };
}

function defaultPaper(features: FeatureSpec, seed: number): PaperRecipe {
  return { name: 'paper', features, seed, ...PAPER_EPOCHS };
}

/** Every reason why `value` is not a usable recipe, by field; empty when it is one. */
export function checkRecipe(value: unknown): readonly RecipeFault[] {
  const checked = v.safeParse(RECIPE, value);
  if (checked.success) return [...checkMoreFeatures(checked.output), ...checkWarmUp(checked.output)];
  return checked.issues.map((issue) => ({
    field: fieldOf(v.getDotPath(issue)),
    reason: issue.message,
  }));
}

function checkMoreFeatures(recipe: v.InferOutput<typeof RECIPE>): readonly RecipeFault[] {
  if (!('moreFeatures' in recipe) || areDistinct([recipe.features, ...recipe.moreFeatures])) return [];
  return [{ field: 'moreFeatures', reason: 'names a network of the same width and resolution twice.' }];
}

function checkWarmUp(recipe: v.InferOutput<typeof RECIPE>): readonly RecipeFault[] {
  if (!('warmUpEpochs' in recipe) || recipe.warmUpEpochs < recipe.epochs) return [];
  return [{ field: 'warmUpEpochs', reason: `must be fewer than the epochs (${recipe.epochs}).` }];
}

/** Faults inside a list are shown at the list, which is what a person edits. */
function fieldOf(dotPath: string | null): string {
  return (dotPath ?? 'recipe').replace(/\.\d+(\..*)?$/, '');
}

/** Returns `value` as a recipe, completed by settings that it was saved without. Throws `invalid` whose subject is the first faulty field. */
export function validateRecipe(value: unknown): Recipe {
  const faults = checkRecipe(value);
  const first = faults[0];
  if (first !== undefined) {
    const sentence = faults.map((fault) => `${fault.field} ${fault.reason}`).join(' ');
    throw new FoveaError('invalid', `The recipe cannot be used: ${sentence}`, {
      subject: first.field,
      todo: `Change ${first.field}, then train again.`,
    });
  }
  return v.parse(RECIPE, value);
}

/** A stored recipe with every setting there is; one that cannot be used any more stays as it is. */
export function completeRecipe<Stored extends Recipe>(stored: Stored): Stored {
  const checked = v.safeParse(RECIPE, stored);
  return checked.success ? (checked.output as Stored) : stored;
}
