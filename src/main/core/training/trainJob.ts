import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';
import { FoveaError } from '../../../shared/errors.ts';
import { hasOwnNetwork, type EngineChoice, type ModelCard, type Recipe } from '../../../shared/training.ts';
import { featureFile } from '../features/featureFiles.ts';
import { DECODER_VERSION } from '../images/decoderVersion.ts';
import type { JobContext } from '../jobs/jobQueue.ts';
import type { Library } from '../library/library.ts';
import { describeView } from '../library/libraryView.ts';
import { countLabelsChangedSince, findNewestLabelEvent } from '../labels/labelEvents.ts';
import { findModel, insertModel, saveModelImages, savePredictions } from '../models/store.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import { checkpointFile, dropCheckpoint, sweepCheckpoints } from './checkpoint.ts';
import { measureWork } from './estimateTime.ts';
import { saveModel } from './modelFiles.ts';
import { countParameters } from './parameterCounts.ts';
import type { PlanRequest, TrainingPlan } from './planTraining.ts';
import { noteHeadRate } from './rates.ts';
import { countViews } from './recipeFeatures.ts';
import { runTrainer, type TrainerInput, type TrainerOutput } from './runTrainer.ts';
import type { TrainedNetwork } from './trainerProtocol.ts';
import { gatherSources } from './trainingSources.ts';
import { continueFrom, keepState } from './trainingState.ts';
import { ensureSplit, saveSplitMembers, type SplitSettings } from './trainingSet.ts';

export interface TrainParams {
  readonly recipe: Recipe;
  readonly engine: EngineChoice;
  readonly split: SplitSettings;
  /** What a person calls the recipe; the recipe's own name when absent. */
  readonly recipeName?: string;
  /** A model whose training goes on: `recipe` is its own with more epochs. */
  readonly continueFrom?: string;
}

export interface TrainResult {
  readonly modelId: string;
}

/**
 * The training job: features that are missing, the split, the head in a process of its own, its evaluation,
 * and the model saved with what it says of every image. Uses the labels as they were when it began.
 */
export async function runTrainJob(params: TrainParams, context: JobContext): Promise<TrainResult> {
  const { library, signal, report } = context;
  const started = performance.now();
  const sources = await gatherSources(params.recipe, context);
  const { graph, seconds: featureSeconds } = sources;

  report({ phase: 'drawing the split', done: 0, total: null });
  const splitId = ensureSplit(library.db, params.split);
  const request = { splitId, settings: params.split, featureKey: graph.featureKey };
  const newestEvent = findNewestLabelEvent(library.db);
  const { plan, maps } = sources.complete(await runPlanner(library, request, signal));
  await saveSplitMembers(library.db, splitId, plan.placed, plan.excluded);

  report({ phase: 'training', done: 0, total: null });
  const { rows, labels, parts, units, classNames } = plan;
  const input: TrainerInput & { readonly checkpointFile: string } = {
    ...{ rows, labels, parts, units, classNames },
    featureFile: featureFile(library, graph.featureKey),
    dims: graph.dims,
    views: countViews(params.recipe),
    ...(maps === undefined ? {} : { maps }),
    grouped: plan.proof.grouped,
    recipe: params.recipe,
    engine: params.engine,
    checkpointFile: checkpointFile(library.folder, {
      ...{ recipe: params.recipe, engine: params.engine, split: params.split },
      ...{ featureKey: graph.featureKey, fingerprint: plan.fingerprint },
    }),
  };
  await sweepCheckpoints(library.folder);
  const parent = params.continueFrom === undefined ? null : findModel(library.db, params.continueFrom);
  if (parent !== null) await continueFrom(library.folder, parent, plan.fingerprint, input.checkpointFile);
  const output = await runTrainer(input, { signal, report });

  report({ phase: 'saving the model', done: 0, total: 1 });
  const changed = sayLabelsChanged(countLabelsChangedSince(library.db, newestEvent));
  const card: ModelCard = {
    ...makeCard(params, plan, graph, output, { featureSeconds, started, changed }),
    ...(parent === null
      ? {}
      : { continues: { modelId: parent.modelId, epochs: parent.curve.at(-1)?.epoch ?? 0 } }),
  };
  const { bytes } = await saveModel(path.join(library.folder, 'models', card.modelId), {
    card,
    head: output.head,
    ...(output.network === undefined ? {} : { network: output.network }),
  });
  await saveModelImages(library.db, card.modelId, plan.placed);
  await savePredictions(library.db, {
    modelId: card.modelId,
    imageIds: plan.imageIds,
    classIds: plan.classes.map(({ classId }) => classId),
    probabilities: output.probabilities,
  });
  // Last, so that a model is in the list only when everything about it is there.
  insertModel(library.db, { card, splitId, bytes });
  context.events.publish({ type: 'models.changed' });
  await keepState(library.folder, card.modelId, input.checkpointFile);
  await dropCheckpoint(input.checkpointFile);
  await sources.tidy();
  // A training that went on was not measured from its beginning.
  if (parent === null) await noteRate(card, graph.dims);
  return { modelId: card.modelId };
}

async function noteRate({ recipe, split, classes, seconds }: ModelCard, dims: number): Promise<void> {
  const work = measureWork(recipe, { trainImages: split.images.train, classes: classes.length, dims });
  await noteHeadRate(recipe.name, { work, seconds: seconds.head, evaluation: seconds.evaluation });
}

/** Plans in a process of its own. */
async function runPlanner(
  library: Library,
  request: PlanRequest,
  signal: AbortSignal,
): Promise<TrainingPlan> {
  const planner = new WorkerProcess(new URL('./planner.worker.ts', import.meta.url));
  try {
    return await planner.call<TrainingPlan>('plan', { view: describeView(library), ...request }, { signal });
  } finally {
    planner.kill();
  }
}

function makeCard(
  params: TrainParams,
  plan: TrainingPlan,
  graph: { featureKey: string; dims: number },
  output: TrainerOutput,
  timing: { featureSeconds: number; started: number; changed: readonly string[] },
): ModelCard {
  const createdAt = Date.now();
  const round = (value: number): number => Math.round(value * 1000) / 1000;
  return {
    format: 1,
    modelId: makeModelId(createdAt),
    name: `${params.recipeName ?? params.recipe.name} ${new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ')}`,
    createdAt,
    classes: plan.classes,
    recipe: params.recipe,
    engine: output.engine,
    featureKey: graph.featureKey,
    decoderVersion: DECODER_VERSION,
    ...(output.network === undefined ? {} : { network: describeNetwork(output.network) }),
    parameters: countTrained(params.recipe, plan.classes.length, graph.dims, output),
    split: plan.proof,
    chosenStrength: output.chosenStrength,
    bestEpoch: output.bestEpoch,
    curve: output.curve,
    temperature: output.temperature,
    libraryFingerprint: plan.fingerprint,
    validation: output.validation,
    test: output.test,
    seconds: {
      features: round(timing.featureSeconds),
      head: round(output.seconds.head),
      evaluation: round(output.seconds.evaluation),
      total: round((performance.now() - timing.started) / 1000),
    },
    warnings: [...plan.warnings, ...output.warnings, ...timing.changed],
  };
}

function describeNetwork({ json, weights, dims }: TrainedNetwork): NonNullable<ModelCard['network']> {
  return { sha256: createHash('sha256').update(json).update(weights).digest('hex'), dims };
}

function countTrained(
  recipe: Recipe,
  classes: number,
  dims: number,
  { network }: TrainerOutput,
): ModelCard['parameters'] {
  const counted = countParameters(
    recipe,
    classes,
    hasOwnNetwork(recipe) ? undefined : dims / countViews(recipe),
  );
  return network === undefined ? counted : { ...counted, trainable: network.trainable };
}

/** The model says so when a person went on labelling while it was trained. */
function sayLabelsChanged(images: number): string[] {
  if (images === 0) return [];
  const labels = images === 1 ? 'The label of 1 image was' : `The labels of ${images} images were`;
  return [`${labels} changed during this training; it used the labels as they were when it began.`];
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
