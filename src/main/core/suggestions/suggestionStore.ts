import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import type { BatchSummary, QueueName, StrategyName, SuggestionBatch } from '../../../shared/suggestions.ts';
import type { SuggestParams } from './suggestJob.ts';
import type { SuggestOutput } from './suggest.worker.ts';

interface BatchRecord {
  batchId: number;
  queue: QueueName;
  strategy: StrategyName;
  used: string;
  why: string;
  seed: number;
  modelId: string | null;
  labels: number;
  facts: string;
  createdAt: number;
}

type Facts = { readonly [Key in 'score' | 'advice' | 'measureMore']: SuggestionBatch[Key] };

/** Records a batch: what was chosen, by what, from which seed and model. @returns its number. */
export function insertBatch(
  db: Database,
  params: SuggestParams,
  output: SuggestOutput,
  modelId: string | null,
): number {
  return db
    .transaction(() => {
      const { score, advice, measureMore } = output;
      const facts: Facts = { score, advice, measureMore };
      const { lastInsertRowid } = db
        .prepare(
          `INSERT INTO suggestion_batches (queue, strategy, used, why, seed, model_id, labels, facts, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          ...[params.queue, params.strategy, output.used, output.why, params.seed, modelId, output.labels],
          ...[JSON.stringify(facts), Date.now()],
        );
      const insert = db.prepare(
        `INSERT INTO suggestion_images (batch_id, position, image_id, reason, cluster, margin) VALUES (?, ?, ?, ?, ?, ?)`,
      );
      for (const [position, { imageId, reason, cluster, margin }] of output.images.entries()) {
        insert.run(lastInsertRowid, position, imageId, reason, cluster, margin);
      }
      return Number(lastInsertRowid);
    })
    .immediate();
}

const SELECT = `SELECT batch_id AS batchId, queue, strategy, used, why, seed, model_id AS modelId, labels, facts,
  created_at AS createdAt FROM suggestion_batches`;

/** @throws FoveaError `not_found`. */
export function readBatch(db: Database, batchId: number): SuggestionBatch {
  const record = db.prepare<[number], BatchRecord>(`${SELECT} WHERE batch_id = ?`).get(batchId);
  if (record === undefined) {
    throw new FoveaError('not_found', 'There are no such suggestions.', { subject: String(batchId) });
  }
  const { facts, ...rest } = record;
  const images = db
    .prepare<[number], Omit<SuggestionBatch['images'][number], 'strategy'>>(
      `SELECT s.image_id AS imageId, i.path, i.sha256, s.reason, s.cluster, s.margin, l.class_id AS classId
       FROM suggestion_images s JOIN images i USING (image_id) LEFT JOIN labels l USING (image_id)
       WHERE s.batch_id = ? ORDER BY s.position`,
    )
    .all(batchId)
    .map((image) => ({
      ...image,
      strategy: image.reason === 'two readers disagree' ? 'readers' : record.used,
    }));
  return { ...rest, ...(JSON.parse(facts) as Facts), images };
}

/** Every batch, the newest first. */
export function listBatches(db: Database, limit: number): BatchSummary[] {
  return db
    .prepare<[number], Omit<BatchRecord, 'why' | 'seed' | 'modelId'> & { images: number; labelled: number }>(
      `SELECT b.batch_id AS batchId, b.queue, b.strategy, b.used, b.labels, b.facts, b.created_at AS createdAt,
         count(s.image_id) AS images, count(l.image_id) AS labelled
       FROM suggestion_batches b LEFT JOIN suggestion_images s USING (batch_id) LEFT JOIN labels l USING (image_id)
       GROUP BY b.batch_id ORDER BY b.batch_id DESC LIMIT ?`,
    )
    .all(limit)
    .map(({ facts, ...rest }) => ({ ...rest, score: (JSON.parse(facts) as Facts).score }));
}
