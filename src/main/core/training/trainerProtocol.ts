import type { Evaluation } from '../../../shared/evaluation.ts';
import type { CurvePoint } from '../../../shared/jobs.ts';
import type { EngineChoice, EngineInfo, OneClickRecipe, Recipe } from '../../../shared/training.ts';
import type { LayersModelFiles } from '../exports/layersJson.ts';
import type { Head } from './head.ts';
import type { RowFile } from './rowSource.ts';

/** Which images, and where their features are. */
export interface FeatureRows {
  /** A library's `features/<key>.f32`. */
  readonly featureFile: string;
  /** Numbers in a row of the file: the features of each view side by side. */
  readonly dims: number;
  /** Views of an image in its row; 1 when absent. Features are averaged over them. */
  readonly views?: number;
  /** `[n]` row of the file per image. */
  readonly rows: Uint32Array;
}

/** What the trainer's method `train` takes. */
export interface TrainerInput extends FeatureRows {
  /** `[n]` class index; −1 where there is no label. */
  readonly labels: Int32Array;
  /** `[n]` 0 train, 1 validation, 2 test, 3 none. */
  readonly parts: Uint8Array;
  /** `[n]` the independent unit of each image (group or content), for intervals. */
  readonly units: Int32Array;
  readonly grouped: boolean;
  readonly classNames: readonly string[];
  readonly recipe: Recipe;
  readonly engine: EngineChoice;
  /** Where a training by epochs keeps how far it is; absent for none. */
  readonly checkpointFile?: string;
  /** What a recipe that trains blocks of a network needs beside the features. */
  readonly maps?: TrainerMaps;
}

/** What the frozen part of a network says of each image, and where the network is. */
export interface TrainerMaps extends RowFile {
  /** A layers-model folder. */
  readonly networkFolder: string;
}

/** A network that was trained, as the files of a layers model that ends in its pooled features. */
export interface TrainedNetwork extends LayersModelFiles {
  /** Features of an image. */
  readonly dims: number;
  readonly trainable: number;
}

export interface TrainerOutput {
  /** Gives logits before temperature. */
  readonly head: Head;
  /** The network whose features the head takes, where the recipe trains one. */
  readonly network?: TrainedNetwork;
  readonly engine: EngineInfo;
  readonly curve: readonly CurvePoint[];
  readonly chosenStrength: number | null;
  readonly bestEpoch: number | null;
  readonly temperature: number;
  readonly validation: Evaluation;
  readonly test: Evaluation;
  /** `[n, classes]`, calibrated, of every image given. */
  readonly probabilities: Float32Array;
  readonly seconds: { readonly head: number; readonly evaluation: number };
  readonly warnings: readonly string[];
}

/** What the trainer's method `predict` takes; it answers `[n, classes] float32` calibrated probabilities. */
export interface PredictInput extends FeatureRows {
  readonly head: Head;
  readonly temperature: number;
}

/** What the trainer's method `evaluateOn` takes: labelled images from outside the split. */
export interface EvaluateInput extends PredictInput {
  readonly labels: Int32Array;
  readonly units: Int32Array;
  readonly grouped: boolean;
  readonly classNames: readonly string[];
  readonly seed: number;
}

export interface EvaluateOutput {
  readonly evaluation: Evaluation;
  /** `[n, classes]` */
  readonly probabilities: Float32Array;
}

/** What the trainer's method `learningCurve` takes. */
export interface LearningCurveInput extends Omit<TrainerInput, 'recipe'> {
  readonly recipe: OneClickRecipe;
}

/** Validation accuracy with only so many training images. */
export interface LearningCurvePoint {
  readonly trainImages: number;
  readonly accuracy: number;
  readonly interval: readonly [number, number] | null;
}
