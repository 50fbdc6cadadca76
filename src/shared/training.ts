import type { FeatureSpec } from './backbones.ts';
import type { Evaluation } from './evaluation.ts';
import type { CurvePoint } from './jobs.ts';

export const ENGINE_NAMES = ['tfjs-node-gpu', 'tfjs-node', 'wasm'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];
export type EngineChoice = EngineName | 'auto';

export interface EngineInfo {
  readonly name: EngineName;
  readonly version: string;
  /** "cpu" or the GPU's name. */
  readonly device: string;
  /** What computed the training steps in the engine's place, where something did: "onnxruntime 1.30.0". */
  readonly steps?: string;
}

export const RECIPE_NAMES = [
  'one-click',
  'paper',
  'multi-feature',
  'augmented',
  'fine-tune',
  'from-scratch',
] as const;
export type RecipeName = (typeof RECIPE_NAMES)[number];

/** L2-regularised softmax on standardised features, fitted by L-BFGS; the strength is chosen on validation. */
export interface OneClickRecipe {
  readonly name: 'one-click';
  readonly features: FeatureSpec;
  readonly seed: number;
  /** Strengths C tried (inverse of the L2 penalty, as in scikit-learn). */
  readonly strengths: readonly number[];
  readonly maxIterations: number;
  /** Weight classes by inverse frequency when the largest is over 3 times the smallest. */
  readonly classWeights: 'auto' | 'none' | 'balanced';
}

export const OPTIMISERS = ['adam', 'rmsprop', 'sgd'] as const;
export type OptimiserName = (typeof OPTIMISERS)[number];
export const SCHEDULES = ['constant', 'cosine', 'step'] as const;
/** `cosine` falls to 0 over the epochs; `step` falls to a tenth after half of them and again after three quarters. */
export type ScheduleName = (typeof SCHEDULES)[number];

/** What every recipe that is trained by epochs can be told. */
export interface EpochSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimiser: OptimiserName;
  readonly learningRate: number;
  /** Of `sgd`; the others have none. */
  readonly momentum: number;
  readonly schedule: ScheduleName;
  /** The rate rises in a line over so many first epochs; 0 for none. */
  readonly warmUpEpochs: number;
  /** Share of each target that is spread evenly over all classes; 0 for none. */
  readonly labelSmoothing: number;
  readonly classWeights: 'auto' | 'none' | 'balanced';
  /** Ends after so many epochs without a lower validation loss; 0 for never. */
  readonly earlyStopping: number;
}

/** The paper's head: Dense 128 + BN → Dense 64 + BN → Dense softmax. */
export interface PaperRecipe extends EpochSettings {
  readonly name: 'paper';
  readonly features: FeatureSpec;
  readonly seed: number;
}

/** What the one-click head takes, whatever the features are. */
type LinearHead = Omit<OneClickRecipe, 'name'>;

/** The one-click head on the features of several networks or resolutions, side by side. */
export interface MultiFeatureRecipe extends LinearHead {
  readonly name: 'multi-feature';
  /** Networks beside `features`. */
  readonly moreFeatures: readonly FeatureSpec[];
}

export const VIEW_COUNTS = [1, 2, 4, 8] as const;
export const COLOUR_CHANGES = ['none', 'jitter', 'stain'] as const;
/** Small changes of colour in every view but the first; `stain` changes haematoxylin and eosin apart. */
export type ColourChange = (typeof COLOUR_CHANGES)[number];

/** The one-click head on several views of each image (quarter turns, mirrored or not), averaged at prediction. */
export interface AugmentedRecipe extends LinearHead {
  readonly name: 'augmented';
  readonly moreFeatures: readonly FeatureSpec[];
  readonly views: (typeof VIEW_COUNTS)[number];
  readonly colour: ColourChange;
}

/** The last blocks of the network learn too, after a one-click head on what it says so far. Native engines only. */
export interface FineTuneRecipe extends EpochSettings {
  readonly name: 'fine-tune';
  readonly features: FeatureSpec;
  readonly seed: number;
  /** Counted from the end; the layers behind the last block learn with it. */
  readonly unfrozenBlocks: number;
}

/** The paper's Simple_CNN, from random weights. Native engines only. */
export interface FromScratchRecipe extends EpochSettings {
  readonly name: 'from-scratch';
  readonly seed: number;
  /** Input side in pixels, a multiple of 32 from 96 to 224; the paper's is 160. */
  readonly resolution: number;
}

/** Recipes whose network is the model's own: its weights stand beside the head. */
export type NetworkRecipe = FineTuneRecipe | FromScratchRecipe;
/** Recipes of a head on frozen networks. */
export type HeadRecipe = OneClickRecipe | PaperRecipe | MultiFeatureRecipe | AugmentedRecipe;
export type Recipe = HeadRecipe | NetworkRecipe;

export function hasOwnNetwork(recipe: Recipe): recipe is NetworkRecipe {
  return recipe.name === 'fine-tune' || recipe.name === 'from-scratch';
}

/** Recipes whose curve counts epochs; that of others counts the solver's steps. */
export const isByEpochs = (name: RecipeName): boolean =>
  name === 'paper' || name === 'fine-tune' || name === 'from-scratch';

/** Input side in pixels of a recipe's first network. */
export function sideOf(
  recipe: Pick<FromScratchRecipe, 'resolution'> | { readonly features: FeatureSpec },
): number {
  return 'features' in recipe ? recipe.features.resolution : recipe.resolution;
}

/** A recipe that a person saved by name. */
export interface SavedRecipe {
  readonly recipeId: number;
  readonly name: string;
  readonly recipe: Recipe;
}

/** How long a training will take, by what was measured on this machine; null where nothing was. */
export interface TimeEstimate {
  /** Images whose features are to be computed first. */
  readonly missingFeatures: number;
  readonly featureSeconds: number | null;
  readonly headSeconds: number | null;
  readonly totalSeconds: number | null;
  /** Only another backbone was measured. */
  readonly isRough: boolean;
}

/** How many images and groups stand in each part, and that no group or content stands in two. */
export interface SplitProof {
  readonly seed: number;
  readonly fractions: { readonly train: number; readonly validation: number; readonly test: number };
  readonly images: { readonly train: number; readonly validation: number; readonly test: number };
  readonly groups: { readonly train: number; readonly validation: number; readonly test: number };
  /** True when the library has groups (patients, slides); then intervals resample groups. */
  readonly grouped: boolean;
  /** Groups or contents found in more than one part: 0 by construction, counted anew for each model. */
  readonly groupOverlap: number;
  readonly contentOverlap: number;
  /** Labelled images held out of every part because they tie groups of two parts together. */
  readonly excluded: number;
}

/** Everything about one immutable trained model: `models/<id>/card.json`. */
export interface ModelCard {
  readonly format: 1;
  readonly modelId: string;
  readonly name: string;
  readonly createdAt: number;
  readonly classes: readonly { readonly classId: number; readonly name: string; readonly color: string }[];
  readonly recipe: Recipe;
  readonly engine: EngineInfo;
  /** backbone-width-resolution-decoder version; `set-…` names several networks and views. */
  readonly featureKey: string;
  readonly decoderVersion: string;
  /** The model's own network in `network/`, where the recipe trains one: SHA-256 of its files, and what it gives. */
  readonly network?: { readonly sha256: string; readonly dims: number };
  readonly parameters: { readonly total: number; readonly trainable: number };
  readonly split: SplitProof;
  /** The model whose training this one went on with, and after how many epochs. */
  readonly continues?: { readonly modelId: string; readonly epochs: number };
  /** Chosen by validation for `one-click`. */
  readonly chosenStrength: number | null;
  readonly bestEpoch: number | null;
  readonly curve: readonly CurvePoint[];
  /** Temperature fitted on validation; the stored head gives logits before it. */
  readonly temperature: number;
  /** SHA-256 over the sorted (content hash, class, part) of every labelled image used. */
  readonly libraryFingerprint: string;
  readonly validation: Evaluation;
  readonly test: Evaluation;
  readonly seconds: {
    readonly features: number;
    readonly head: number;
    readonly evaluation: number;
    readonly total: number;
  };
  /** Notes a reader must see: small classes, few groups, default backbone replaced. */
  readonly warnings: readonly string[];
}

export interface ModelSummary {
  readonly modelId: string;
  readonly name: string;
  readonly createdAt: number;
  readonly recipe: RecipeName;
  readonly engine: EngineName;
  readonly backbone: string;
  readonly classCount: number;
  readonly imageCount: number;
  readonly testAccuracy: number;
  readonly testInterval: readonly [number, number];
  readonly validationAccuracy: number;
  readonly bytes: number;
  /** What a person wrote about it; '' for nothing. */
  readonly note: string;
  /** SHA-256 of the data; see ModelCard. */
  readonly fingerprint: string;
  readonly splitSeed: number;
  /** Whether more epochs can follow on this training. */
  readonly canContinue: boolean;
}
