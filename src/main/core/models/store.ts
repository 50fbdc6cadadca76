import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import type { SplitPart } from '../../../shared/images.ts';
import { LIVE_MODEL_ID } from '../../../shared/live.ts';
import type { ModelCard, ModelSummary } from '../../../shared/training.ts';
import { writeInChunks } from '../library/writeInChunks.ts';
import { readLiveSwitch } from '../live/liveSetting.ts';

/** What a training leaves in the database beside the model's folder. */
export interface NewModel {
  readonly card: ModelCard;
  readonly splitId: number;
  /** Size of the model's folder. */
  readonly bytes: number;
}

/** Puts a model into the list; its images and predictions are saved before. */
export function insertModel(db: Database, { card, splitId, bytes }: NewModel): void {
  db.prepare(
    'INSERT INTO models (model_id, name, created_at, split_id, bytes, card) VALUES (?, ?, ?, ?, ?, ?)',
  ).run(card.modelId, card.name, card.createdAt, splitId, bytes, JSON.stringify(card));
}

/**
 * Forgets images and predictions of trainings that ended before their model was in the list, and those of learning
 * while labelling where it is switched off.
 */
export function sweepUnfinishedModels(db: Database): void {
  const kept = readLiveSwitch(db) ? LIVE_MODEL_ID : '';
  for (const table of ['model_images', 'predictions']) {
    db.prepare(
      `DELETE FROM ${table} WHERE model_id <> ? AND model_id NOT IN (SELECT model_id FROM models)`,
    ).run(kept);
  }
}

/** How many rows one transaction writes, so that the core answers others in between. */
const CHUNK = 1000;

/** The labelled images a model was made and measured with, as they were then. */
export async function saveModelImages(
  db: Database,
  modelId: string,
  images: readonly { readonly imageId: number; readonly classId: number; readonly part: SplitPart }[],
): Promise<void> {
  const insert = db.prepare(
    'INSERT INTO model_images (model_id, image_id, part, class_id) VALUES (?, ?, ?, ?)',
  );
  await writeInChunks(db, images, CHUNK, ({ imageId, classId, part }) =>
    insert.run(modelId, imageId, part, classId),
  );
}

/** What a model says of every image. */
export interface NewPredictions {
  readonly modelId: string;
  readonly imageIds: Uint32Array;
  readonly classIds: readonly number[];
  /** `[n, k] float32`, calibrated. */
  readonly probabilities: Float32Array;
}

/** Stores predictions in small transactions; a second call for the same image replaces the first. */
export async function savePredictions(db: Database, given: NewPredictions): Promise<void> {
  const k = given.classIds.length;
  const insert = db.prepare(
    `INSERT OR REPLACE INTO predictions (model_id, image_id, class_id, confidence, probabilities) VALUES (?, ?, ?, ?, ?)`,
  );
  await writeInChunks(db, given.imageIds, CHUNK, (imageId, index) => {
    const row = given.probabilities.subarray(index * k, (index + 1) * k);
    const top = indexOfLargest(row);
    const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
    insert.run(given.modelId, imageId, given.classIds[top]!, row[top]!, bytes);
  });
}

function indexOfLargest(values: Float32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index;
  return best;
}

interface ModelRecord {
  model_id: string;
  name: string;
  bytes: number;
  note: string;
  card: string;
}

const parseCard = (record: ModelRecord): ModelCard => ({
  ...(JSON.parse(record.card) as ModelCard),
  name: record.name,
});

/** The newest first, without those that were deleted. */
export function listModels(db: Database): Omit<ModelSummary, 'canContinue'>[] {
  return db
    .prepare<[], ModelRecord>(
      'SELECT * FROM models WHERE deleted_at IS NULL ORDER BY created_at DESC, model_id DESC',
    )
    .all()
    .map((record) => {
      const card = parseCard(record);
      return {
        modelId: card.modelId,
        name: card.name,
        createdAt: card.createdAt,
        recipe: card.recipe.name,
        engine: card.engine.name,
        backbone: card.featureKey,
        classCount: card.classes.length,
        imageCount: card.split.images.train + card.split.images.validation + card.split.images.test,
        testAccuracy: card.test.accuracy,
        testInterval: card.test.interval,
        validationAccuracy: card.validation.accuracy,
        bytes: record.bytes,
        note: record.note,
        fingerprint: card.libraryFingerprint,
        splitSeed: card.split.seed,
      };
    });
}

/** @throws FoveaError `not_found`, also for a model that was deleted. */
export function findModel(db: Database, modelId: string): ModelCard {
  const record = db
    .prepare<[string], ModelRecord>('SELECT * FROM models WHERE model_id = ? AND deleted_at IS NULL')
    .get(modelId);
  if (record === undefined)
    throw new FoveaError('not_found', 'There is no such model.', { subject: modelId });
  return parseCard(record);
}

/** Gives a model another name or note; what is not given stays. @throws FoveaError `not_found`. */
export function editModel(
  db: Database,
  modelId: string,
  change: { readonly name?: string | undefined; readonly note?: string | undefined },
): ModelCard {
  findModel(db, modelId);
  db.prepare('UPDATE models SET name = coalesce(?, name), note = coalesce(?, note) WHERE model_id = ?').run(
    change.name ?? null,
    change.note ?? null,
    modelId,
  );
  return findModel(db, modelId);
}

/** How often the model's test part was looked at: choosing between models by it makes it less of a test. */
export function readTestUses(db: Database, modelId: string): number {
  return db
    .prepare<[string], number>(
      `SELECT count(*) FROM models WHERE split_id = (SELECT split_id FROM models WHERE model_id = ?)`,
    )
    .pluck()
    .get(modelId)!;
}

/** The images that a model was made and measured with, with their classes and parts as they were then. */
export function listModelImages(
  db: Database,
  modelId: string,
): { readonly imageId: number; readonly classId: number; readonly part: SplitPart }[] {
  return db
    .prepare<[string], { imageId: number; classId: number; part: SplitPart }>(
      'SELECT image_id AS imageId, class_id AS classId, part FROM model_images WHERE model_id = ? ORDER BY image_id',
    )
    .all(modelId);
}

/** A prediction of a labelled image of the test part. */
export interface TestedImage {
  readonly imageId: number;
  readonly actual: number;
  readonly predicted: number;
  readonly confidence: number;
}

const SELECT_TESTED = `SELECT m.image_id AS imageId, m.class_id AS actual, p.class_id AS predicted, p.confidence
  FROM model_images m JOIN predictions p USING (model_id, image_id) WHERE m.model_id = ? AND m.part = 'test'`;

/**
 * The test part of a model with what it said, most confident first.
 * @param cell only the images of one cell of the confusion matrix, by class ids.
 */
export function listTestedImages(
  db: Database,
  modelId: string,
  cell?: { readonly actual: number; readonly predicted: number },
): TestedImage[] {
  const extra = cell === undefined ? '' : 'AND m.class_id = ? AND p.class_id = ?';
  return db
    .prepare<unknown[], TestedImage>(`${SELECT_TESTED} ${extra} ORDER BY p.confidence DESC, m.image_id`)
    .all(modelId, ...(cell === undefined ? [] : [cell.actual, cell.predicted]));
}

/** Test images that the model got wrong, most confident first. */
export function listMistakes(db: Database, modelId: string, limit: number): TestedImage[] {
  return db
    .prepare<[string, number], TestedImage>(
      `${SELECT_TESTED} AND p.class_id <> m.class_id ORDER BY p.confidence DESC, m.image_id LIMIT ?`,
    )
    .all(modelId, limit);
}
