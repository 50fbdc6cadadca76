import { throwIfCancelled } from '../../../shared/errors.ts';
import type { JobProgress } from '../../../shared/jobs.ts';
import { describeBatchEffect } from '../../../shared/map.ts';
import type { ModelCard, OneClickRecipe } from '../../../shared/training.ts';
import { featureFile } from '../features/featureFiles.ts';
import { countFindings } from '../images/countFindings.ts';
import { findOriginal } from '../images/originals.ts';
import type { PictureMaker } from '../images/pictures.ts';
import { readImageRows } from '../images/store.ts';
import { countLabels } from '../labels/counts.ts';
import type { Library } from '../library/library.ts';
import { listBatchEffects } from '../map/mapStore.ts';
import { findModel, listMistakes, readTestUses } from '../models/store.ts';
import type { SaliencyMaker, SaliencyQuestion } from '../saliency/saliencyMaker.ts';
import { describeRows } from '../training/parameterCounts.ts';
import { layOutModel } from '../training/planTraining.ts';
import { defaultRecipe } from '../training/recipes.ts';
import { runLearningCurve } from '../training/runTrainer.ts';
import type { LearningCurvePoint } from '../training/trainerProtocol.ts';
import { readPredictionRows } from './predictionRows.ts';
import type { ClassCounts, Mistake, ReportData } from './reportData.ts';

/** How many of the most confident mistakes are shown as pictures. */
const SHOWN_MISTAKES = 24;
/** The longer side of a mistake's picture, in pixels. */
const PICTURE_SIDE = 192;

export interface GatherContext {
  readonly library: Library;
  readonly pictures: PictureMaker;
  readonly saliency: SaliencyMaker;
  readonly signal: AbortSignal;
  readonly report: (progress: JobProgress) => void;
}

/** Everything that a report tells of a model. Throws `not_found`, `cancelled`. */
export async function gatherReport(modelId: string, context: GatherContext): Promise<ReportData> {
  const { library } = context;
  const { db } = library;
  const card = findModel(db, modelId);
  const { images, labelled } = countLabels(db);
  return {
    card,
    libraryName: library.name,
    createdAt: Date.now(),
    counts: {
      images,
      labelled,
      ...countFindings(db),
    },
    classes: countClasses(library, modelId),
    mistakes: await drawMistakes(card, context),
    predictions: readPredictionRows(db, card),
    learningCurve: await drawLearningCurve(card, context),
    evaluations: readTestUses(db, modelId),
    warnings: listBatchEffects(db)
      .filter(({ warns }) => warns)
      .map(describeBatchEffect),
  };
}

function countClasses({ db }: Library, modelId: string): ClassCounts[] {
  return db
    .prepare<[string], ClassCounts>(
      `SELECT c.name, c.color, sum(m.part = 'train') AS train, sum(m.part = 'validation') AS validation,
         sum(m.part = 'test') AS test
       FROM model_images m JOIN classes c USING (class_id) WHERE m.model_id = ?
       GROUP BY c.class_id ORDER BY c.position, c.class_id`,
    )
    .all(modelId);
}

async function drawMistakes(card: ModelCard, context: GatherContext): Promise<Mistake[]> {
  const { db } = context.library;
  const names = new Map(card.classes.map(({ classId, name }) => [classId, name]));
  const tested = listMistakes(db, card.modelId, SHOWN_MISTAKES);
  const imageIds = tested.map(({ imageId }) => imageId);
  const rows = new Map(readImageRows(db, imageIds, card.modelId).map((row) => [row.imageId, row]));
  const mistakes: Mistake[] = [];
  for (const { imageId, actual, predicted, confidence } of tested) {
    throwIfCancelled(context.signal);
    context.report({ phase: 'pictures of mistakes', done: mistakes.length, total: tested.length });
    const row = rows.get(imageId);
    const picture = row === undefined ? null : await drawPicture(imageId, row.sha256, context);
    if (row === undefined || picture === null) continue;
    mistakes.push({
      imageId,
      path: row.path,
      actual: names.get(actual) ?? '?',
      predicted: names.get(predicted) ?? '?',
      confidence,
      picture,
      saliency: await drawSaliency({ imageId, modelId: card.modelId, classId: predicted }, context),
    });
  }
  return mistakes;
}

/** A small picture without metadata: from the original, else from the thumbnail, else none. */
async function drawPicture(
  imageId: number,
  sha256: string,
  { library, pictures }: GatherContext,
): Promise<Uint8Array | null> {
  try {
    const { file } = await findOriginal(library.db, imageId);
    return (await pictures.make({ file, maxSide: PICTURE_SIDE, type: 'jpeg' })).bytes;
  } catch {
    return library.thumbnails.find(sha256);
  }
}

/** Where in the picture the model found its reasons: only from the original, since a thumbnail has other features. */
async function drawSaliency(
  question: Omit<SaliencyQuestion, 'method'>,
  { library, saliency }: GatherContext,
): Promise<Uint8Array | null> {
  try {
    const how = { form: 'blend', maxSide: PICTURE_SIDE } as const;
    return await saliency.paint(library, { ...question, method: 'class-map' }, how);
  } catch {
    return null;
  }
}

/** With the labels and parts of the model's own training, so that the curve speaks of the same data. */
async function drawLearningCurve(
  card: ModelCard,
  { library, signal, report }: GatherContext,
): Promise<LearningCurvePoint[]> {
  // Of a head on frozen features; a network from scratch has none.
  if (!('features' in card.recipe)) return [];
  report({ phase: 'learning curve', done: 0, total: null });
  const { rows, labels, parts, units, classNames } = layOutModel(
    library.db,
    card.modelId,
    card.classes,
    card.featureKey,
  );
  return runLearningCurve(
    {
      ...{ rows, labels, parts, units, classNames },
      featureFile: featureFile(library, card.featureKey),
      ...describeRows(card.recipe),
      grouped: card.split.grouped,
      recipe: defaultRecipe('one-click', card.recipe.features, card.recipe.seed) as OneClickRecipe,
      engine: 'auto',
    },
    { signal },
  );
}
