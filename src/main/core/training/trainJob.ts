import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { FoveaError } from '../../../shared/errors.ts';
import type { SplitPart } from '../../../shared/images.ts';
import type { EngineChoice, ModelCard, Recipe, SplitProof } from '../../../shared/training.ts';
import { checkClassCounts } from '../evaluation/classCounts.ts';
import { drawSplit } from '../evaluation/split.ts';
import { proveSplit } from '../evaluation/splitProof.ts';
import { computeFeatures } from '../features/computeFeatures.ts';
import { featureFile } from '../features/featureFiles.ts';
import { readFeatureRows } from '../features/imageFeatures.ts';
import { prepareGraph } from '../features/prepareGraph.ts';
import { DECODER_VERSION } from '../images/decoderVersion.ts';
import type { JobContext } from '../jobs/jobQueue.ts';
import { insertModel, savePredictions } from '../models/store.ts';
import { describeForTrainer, type PlacedImage } from './describeForTrainer.ts';
import { saveModel } from './modelFiles.ts';
import { countParameters } from './parameterCounts.ts';
import { runTrainer, type TrainerInput, type TrainerOutput } from './runTrainer.ts';
import {
  ensureSplit,
  fingerprintSet,
  listUsedClasses,
  readLabelledImages,
  readSplitMembers,
  saveSplitMembers,
  type LabelledImage,
  type SplitSettings,
  type TrainingClass,
} from './trainingSet.ts';

export interface TrainParams {
  readonly recipe: Recipe;
  readonly engine: EngineChoice;
  readonly split: SplitSettings;
}

export interface TrainResult {
  readonly modelId: string;
}

/** Everything a training starts from, taken from the library at one moment. */
interface TrainingSet {
  readonly classes: readonly TrainingClass[];
  readonly images: readonly LabelledImage[];
  readonly parts: ReadonlyMap<number, SplitPart>;
  /** The independent unit of each image, for intervals. */
  readonly unitOf: ReadonlyMap<number, number>;
  readonly splitId: number;
  readonly proof: SplitProof;
  readonly warnings: readonly string[];
}

/**
 * The training job: features that are missing, the split, the head in a process of its own, its evaluation,
 * and the model saved with what it says of every image. Uses the labels as they were when it began.
 */
export async function runTrainJob(params: TrainParams, context: JobContext): Promise<TrainResult> {
  const { library, signal, report } = context;
  const started = performance.now();
  const set = readTrainingSet(context, params.split);
  const graph = await prepareGraph(params.recipe.features);
  const { seconds: featureSeconds } = await computeFeatures(graph, params.recipe.features, context);

  report({ phase: 'training', done: 0, total: null });
  const features = readFeatureRows(library.db, graph.featureKey);
  const placed = placeImages(set);
  const input: TrainerInput = {
    ...describeForTrainer(placed, set.classes, features),
    featureFile: featureFile(library, graph.featureKey),
    dims: graph.dims,
    grouped: set.proof.grouped,
    recipe: params.recipe,
    engine: params.engine,
  };
  const output = await runTrainer(input, { signal, report });

  report({ phase: 'saving the model', done: 0, total: 1 });
  const card = makeCard(params, set, graph, output, { featureSeconds, started });
  const folder = path.join(library.folder, 'models', card.modelId);
  const { bytes } = await saveModel(folder, { card, head: output.head });
  insertModel(library.db, {
    card,
    splitId: set.splitId,
    bytes,
    images: placed,
  });
  await savePredictions(library.db, {
    modelId: card.modelId,
    imageIds: features.imageIds,
    classIds: set.classes.map(({ classId }) => classId),
    probabilities: output.probabilities,
  });
  context.events.publish({ type: 'models.changed' });
  return { modelId: card.modelId };
}

function placeImages({ images, parts, unitOf }: TrainingSet): PlacedImage[] {
  return images.flatMap(({ imageId, classId }) => {
    const part = parts.get(imageId);
    return part === undefined ? [] : [{ imageId, classId, part, unit: unitOf.get(imageId) ?? 0 }];
  });
}

function readTrainingSet({ library: { db } }: JobContext, settings: SplitSettings): TrainingSet {
  const images = readLabelledImages(db);
  const classes = listUsedClasses(db);
  const indexOf = new Map(classes.map(({ classId }, index) => [classId, index]));
  const candidates = images.map(({ imageId, classId, units }) => ({
    imageId,
    classIndex: indexOf.get(classId) ?? 0,
    units,
  }));
  const { warnings } = checkClassCounts(
    candidates,
    classes.map(({ name }) => name),
  );
  const splitId = ensureSplit(db, settings);
  const drawn = drawSplit({ images: candidates, ...settings, existing: readSplitMembers(db, splitId) });
  saveSplitMembers(db, splitId, drawn.assignments, drawn.excluded);
  const proof = proveSplit({
    images: candidates,
    parts: drawn.assignments,
    excluded: drawn.excluded.length,
    ...settings,
  });
  return { classes, images, parts: drawn.assignments, unitOf: drawn.unitOf, splitId, proof, warnings };
}

function makeCard(
  params: TrainParams,
  set: TrainingSet,
  graph: { featureKey: string; dims: number },
  output: TrainerOutput,
  timing: { featureSeconds: number; started: number },
): ModelCard {
  const createdAt = Date.now();
  const round = (value: number): number => Math.round(value * 1000) / 1000;
  return {
    format: 1,
    modelId: makeModelId(createdAt),
    name: `${params.recipe.name} ${new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ')}`,
    createdAt,
    classes: set.classes,
    recipe: params.recipe,
    engine: output.engine,
    featureKey: graph.featureKey,
    decoderVersion: DECODER_VERSION,
    parameters: countParameters(params.recipe, set.classes.length, graph.dims),
    split: set.proof,
    chosenStrength: output.chosenStrength,
    bestEpoch: output.bestEpoch,
    curve: output.curve,
    temperature: output.temperature,
    libraryFingerprint: fingerprintSet(set.images, set.classes, set.parts),
    validation: output.validation,
    test: output.test,
    seconds: {
      features: round(timing.featureSeconds),
      head: round(output.seconds.head),
      evaluation: round(output.seconds.evaluation),
      total: round((performance.now() - timing.started) / 1000),
    },
    warnings: [...set.warnings, ...output.warnings],
  };
}

/** Sorts by time, and two in one second still differ. */
function makeModelId(createdAt: number): string {
  const time = new Date(createdAt).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return `${time}-${randomBytes(3).toString('hex')}`;
}

/** @throws FoveaError `invalid` unless the fractions leave something in each part. */
export function checkSplitSettings({ fractions }: SplitSettings): void {
  const values = Object.values(fractions);
  const sum = values.reduce((total, value) => total + value, 0);
  if (values.some((value) => !(value > 0)) || Math.abs(sum - 1) > 1e-6) {
    throw new FoveaError('invalid', 'The parts of a split must each be above 0 and add up to 100 %.', {
      todo: 'Use for example 60/20/20.',
    });
  }
}
