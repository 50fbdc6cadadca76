import path from 'node:path';
import { throwIfCancelled } from '../../../shared/errors.ts';
import type { ModelCard, OneClickRecipe } from '../../../shared/training.ts';
import { featureFile } from '../features/featureFiles.ts';
import { readFeatureRows } from '../features/imageFeatures.ts';
import { findOriginal } from '../images/originals.ts';
import type { PictureMaker } from '../images/pictures.ts';
import { readImageRows } from '../images/store.ts';
import type { JobContext } from '../jobs/jobQueue.ts';
import { countLabels } from '../labels/counts.ts';
import type { Library } from '../library/library.ts';
import { findModel, listMistakes, listModelImages, readTestUses } from '../models/store.ts';
import { describeForTrainer } from '../training/describeForTrainer.ts';
import { countFeatures } from '../training/parameterCounts.ts';
import { defaultRecipe } from '../training/recipes.ts';
import { runLearningCurve } from '../training/runTrainer.ts';
import type { LearningCurvePoint } from '../training/trainerProtocol.ts';
import { readLabelledImages } from '../training/trainingSet.ts';
import { readPredictionRows } from './predictionRows.ts';
import type { ClassCounts, Mistake, ReportData } from './reportData.ts';
import { writeReport } from './writeReport.ts';

export interface ReportParams {
  readonly modelId: string;
  /** Where to write; the library's own reports folder when absent. */
  readonly folder?: string | undefined;
}

export interface ReportResult {
  readonly folder: string;
  /** Names inside the folder. */
  readonly files: readonly string[];
}

/** How many of the most confident mistakes are shown as pictures. */
const SHOWN_MISTAKES = 24;
/** The longer side of a mistake's picture, in pixels. */
const PICTURE_SIDE = 192;

/** The folder of a model's report inside its library. */
export function defaultReportFolder(library: Library, modelId: string): string {
  return path.join(library.folder, 'reports', modelId);
}

/** The report job: gathers what the library knows of a model and writes it down. */
export async function runReportJob(
  params: ReportParams,
  context: JobContext,
  pictures: PictureMaker,
): Promise<ReportResult> {
  const { library } = context;
  const folder = params.folder ?? defaultReportFolder(library, params.modelId);
  const data = await gatherReport(params.modelId, context, pictures);
  context.report({ phase: 'writing', done: 1, total: 1 });
  const { files } = await writeReport(data, folder);
  return { folder, files: files.map((file) => path.basename(file)) };
}

async function gatherReport(
  modelId: string,
  context: JobContext,
  pictures: PictureMaker,
): Promise<ReportData> {
  const { library } = context;
  const { db } = library;
  const card = findModel(db, modelId);
  const count = (sql: string): number => db.prepare<[], number>(sql).pluck().get()!;
  const { images, labelled } = countLabels(db);
  return {
    card,
    libraryName: library.name,
    createdAt: Date.now(),
    counts: {
      images,
      labelled,
      rejected: count('SELECT count(*) FROM rejections'),
      duplicates: count('SELECT (SELECT count(*) FROM files) - (SELECT count(*) FROM images)'),
      conflicts: count('SELECT count(*) FROM images WHERE (flags & 32) <> 0'),
    },
    classes: countClasses(library, modelId),
    mistakes: await drawMistakes(modelId, context, pictures),
    predictions: readPredictionRows(db, card),
    learningCurve: await drawLearningCurve(card, context),
    evaluations: readTestUses(db, modelId),
    warnings: [],
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

async function drawMistakes(
  modelId: string,
  { library, signal, report }: JobContext,
  pictures: PictureMaker,
): Promise<Mistake[]> {
  const { db } = library;
  const names = new Map(findModel(db, modelId).classes.map(({ classId, name }) => [classId, name]));
  const tested = listMistakes(db, modelId, SHOWN_MISTAKES);
  const rows = new Map(
    readImageRows(
      db,
      tested.map(({ imageId }) => imageId),
      modelId,
    ).map((row) => [row.imageId, row]),
  );
  const mistakes: Mistake[] = [];
  for (const { imageId, actual, predicted, confidence } of tested) {
    throwIfCancelled(signal);
    report({ phase: 'pictures of mistakes', done: mistakes.length, total: tested.length });
    const row = rows.get(imageId);
    if (row === undefined) continue;
    const picture = await drawPicture(library, imageId, row.sha256, pictures);
    if (picture === null) continue;
    mistakes.push({
      imageId,
      path: row.path,
      actual: names.get(actual) ?? '?',
      predicted: names.get(predicted) ?? '?',
      confidence,
      picture,
    });
  }
  return mistakes;
}

/** The labels and parts of the model's own training, so that the curve speaks of the same data. */
async function drawLearningCurve(
  card: ModelCard,
  { library, signal, report }: JobContext,
): Promise<LearningCurvePoint[]> {
  report({ phase: 'learning curve', done: 0, total: null });
  const { db } = library;
  const groups = new Map(
    readLabelledImages(db).map(({ imageId, units }) => [imageId, units[1] ?? units[0] ?? '']),
  );
  const unitIds = new Map<string, number>();
  const images = listModelImages(db, card.modelId).map((image) => {
    const unit = groups.get(image.imageId) ?? `image ${image.imageId}`;
    if (!unitIds.has(unit)) unitIds.set(unit, unitIds.size);
    return { ...image, unit: unitIds.get(unit)! };
  });
  const recipe = defaultRecipe('one-click', card.recipe.features, card.recipe.seed) as OneClickRecipe;
  const features = readFeatureRows(db, card.featureKey);
  return runLearningCurve(
    {
      ...describeForTrainer(images, card.classes, features),
      featureFile: featureFile(library, card.featureKey),
      dims: countFeatures(card.recipe.features),
      grouped: card.split.grouped,
      recipe,
      engine: 'auto',
    },
    { signal },
  );
}

/** A small picture without metadata: from the original, else from the thumbnail, else none. */
async function drawPicture(
  library: Library,
  imageId: number,
  sha256: string,
  pictures: PictureMaker,
): Promise<Uint8Array | null> {
  try {
    const { file } = await findOriginal(library.db, imageId);
    return (await pictures.make({ file, maxSide: PICTURE_SIDE, type: 'jpeg' })).bytes;
  } catch {
    return library.thumbnails.find(sha256);
  }
}
