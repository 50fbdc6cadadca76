import type { Database } from 'better-sqlite3';
import type { ImageQuality, ModelPrediction } from '../../../shared/images.ts';
import { LIVE_MODEL_ID } from '../../../shared/live.ts';

/** The measured numbers of an image, and when it came and was last changed. */
export function readQuality(db: Database, imageId: number): ImageQuality {
  return db
    .prepare<[number], ImageQuality>(
      `SELECT i.sharpness, i.brightness, i.contrast, i.saturation, i.background, i.tissue, i.overexposed,
         i.underexposed, i.added_at AS addedAt,
         (SELECT max(f.modified_ms) FROM files f WHERE f.image_id = i.image_id) AS modifiedAt
       FROM images i WHERE i.image_id = ?`,
    )
    .get(imageId)!;
}

/** What every model says of an image, the newest first; what learns while a person labels comes before all. */
export function listPredictions(db: Database, imageId: number): ModelPrediction[] {
  const live = db
    .prepare<[string, number], Omit<ModelPrediction, 'modelId' | 'name'>>(
      'SELECT class_id AS classId, confidence FROM predictions WHERE model_id = ? AND image_id = ?',
    )
    .get(LIVE_MODEL_ID, imageId);
  const models = db
    .prepare<[number], ModelPrediction>(
      `SELECT m.model_id AS modelId, m.name, p.class_id AS classId, p.confidence
       FROM models m JOIN predictions p ON p.model_id = m.model_id AND p.image_id = ?
       WHERE m.deleted_at IS NULL ORDER BY m.created_at DESC, m.model_id DESC`,
    )
    .all(imageId);
  return live === undefined ? models : [{ ...live, modelId: LIVE_MODEL_ID, name: null }, ...models];
}
