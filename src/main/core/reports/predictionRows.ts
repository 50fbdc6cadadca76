import type { Database } from 'better-sqlite3';
import type { SplitPart } from '../../../shared/images.ts';
import type { ModelCard } from '../../../shared/training.ts';
import type { PredictionRow } from './reportData.ts';

interface Record {
  path: string;
  group_name: string | null;
  part: SplitPart | null;
  actual: number | null;
  predicted: number;
  confidence: number;
  probabilities: Buffer;
}

/** What a model said of every image, with the labels it was trained and measured with, ordered by path. */
export function readPredictionRows(db: Database, card: ModelCard): PredictionRow[] {
  const names = new Map(card.classes.map(({ classId, name }) => [classId, name]));
  return db
    .prepare<[string], Record>(
      `SELECT i.path, (SELECT f.group_name FROM files f WHERE f.image_id = i.image_id ORDER BY f.file_id LIMIT 1) AS group_name,
         m.part, m.class_id AS actual, p.class_id AS predicted, p.confidence, p.probabilities
       FROM predictions p JOIN images i USING (image_id)
       LEFT JOIN model_images m ON m.model_id = p.model_id AND m.image_id = p.image_id
       WHERE p.model_id = ? ORDER BY i.path, i.image_id`,
    )
    .all(card.modelId)
    .map((record) => ({
      path: record.path,
      group: record.group_name,
      part: record.part,
      actual: record.actual === null ? null : (names.get(record.actual) ?? null),
      predicted: names.get(record.predicted) ?? '?',
      confidence: record.confidence,
      probabilities: toFloats(record.probabilities),
    }));
}

/** Bytes of a blob as floats; copied, because a blob need not start at a multiple of four. */
function toFloats(bytes: Buffer): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}
