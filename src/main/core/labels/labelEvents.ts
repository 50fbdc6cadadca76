import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { presentReaderId } from './readers.ts';

/**
 * Where a label came from; `prediction` is a model's that a reader accepted, `spot-check` one of many of which a reader
 * saw a sample, `classes` the merging or deleting of a class. What an import read from folders undo does not reach.
 */
export type LabelSource =
  'import' | 'csv' | 'reader' | 'prediction' | 'spot-check' | 'classes' | 'undo' | 'redo' | 'conflict';

export interface LabelChange {
  readonly imageId: number;
  /** null clears the label. */
  readonly classId: number | null;
}

export interface BatchHeader {
  readonly source: LabelSource;
  /** Who acts; the present reader when absent. */
  readonly readerId?: number;
  readonly reverts?: number;
}

/** A batch that has its row and waits for its events. */
export interface OpenBatch {
  readonly batchId: number;
  readonly readerId: number;
  readonly source: LabelSource;
  readonly at: number;
}

/** Begins an action; what is done to labels and classes under it is undone as one. */
export function openBatch(db: Database, header: BatchHeader): OpenBatch {
  const at = Date.now();
  const readerId = header.readerId ?? presentReaderId(db);
  const { lastInsertRowid } = db
    .prepare('INSERT INTO label_batches (reader_id, source, at, reverts) VALUES (?, ?, ?, ?)')
    .run(readerId, header.source, at, header.reverts ?? null);
  return { batchId: Number(lastInsertRowid), readerId, source: header.source, at };
}

const FIRST_HASH = '0'.repeat(64);

/**
 * Records labels as one batch of chained events and brings the current labels in line, in one transaction.
 * Changes that alter nothing leave no event. The batch is the given one, or a new one of the given header.
 * @returns the batch and how many labels changed; batch 0 when nothing did.
 * @throws FoveaError `not_found` for an image or class that does not exist.
 */
export function recordLabels(
  db: Database,
  changes: readonly LabelChange[],
  header: BatchHeader | OpenBatch,
): { batchId: number; changed: number } {
  return db
    .transaction(() => {
      const current = db.prepare<[number], { class_id: number }>(
        'SELECT class_id FROM labels WHERE image_id = ?',
      );
      // An image named twice gets what was said last, in one event, so that undo brings back what was before.
      const effective = [...new Map(changes.map((change) => [change.imageId, change])).values()]
        .map((change) => ({ ...change, previous: current.get(change.imageId)?.class_id ?? null }))
        .filter((change) => change.previous !== change.classId);
      if (effective.length === 0) return { batchId: 0, changed: 0 };
      const { batchId, readerId, source, at } = 'batchId' in header ? header : openBatch(db, header);
      const insert = db.prepare(
        `INSERT INTO label_events (batch_id, image_id, class_id, previous_class_id, previous_hash, hash)
         VALUES (?, ?, ?, ?, ?, ?)`,
      );
      const put = db.prepare(
        `INSERT INTO labels (image_id, class_id, event_id) VALUES (?, ?, ?)
         ON CONFLICT (image_id) DO UPDATE SET class_id = excluded.class_id, event_id = excluded.event_id`,
      );
      const clear = db.prepare('DELETE FROM labels WHERE image_id = ?');
      let previousHash = lastHash(db);
      for (const { imageId, classId, previous } of effective) {
        const hash = hashEvent(previousHash, [batchId, readerId, source, at, imageId, classId, previous]);
        const eventId = insertEvent(() =>
          insert.run(batchId, imageId, classId, previous, previousHash, hash),
        );
        if (classId === null) clear.run(imageId);
        else put.run(imageId, classId, eventId);
        previousHash = hash;
      }
      return { batchId, changed: effective.length };
    })
    .immediate();
}

function insertEvent(insert: () => { lastInsertRowid: number | bigint }): number {
  try {
    return Number(insert().lastInsertRowid);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_CONSTRAINT_FOREIGNKEY') {
      throw new FoveaError('not_found', 'There is no such image or class in this library.', { cause: error });
    }
    throw error;
  }
}

function lastHash(db: Database): string {
  const last = db
    .prepare<[], { hash: string }>('SELECT hash FROM label_events ORDER BY event_id DESC LIMIT 1')
    .get();
  return last?.hash ?? FIRST_HASH;
}

/** SHA-256 over the previous event's hash and this event's facts, so that no event can be altered unseen. */
function hashEvent(previousHash: string, facts: readonly (string | number | null)[]): string {
  return createHash('sha256').update(previousHash).update(JSON.stringify(facts)).digest('hex');
}

interface ChainRow {
  event_id: number;
  batch_id: number;
  image_id: number;
  class_id: number | null;
  previous_class_id: number | null;
  previous_hash: string;
  hash: string;
  reader_id: number;
  source: string;
  at: number;
}

/**
 * Walks the whole chain of label events. Yields to the event loop between pages.
 * @returns the id of the first event that does not fit, or null when the chain is whole.
 */
export async function findBrokenEvent(db: Database): Promise<number | null> {
  const page = db.prepare<[number], ChainRow>(
    `SELECT e.*, b.reader_id, b.source, b.at FROM label_events e JOIN label_batches b USING (batch_id)
     WHERE e.event_id > ? ORDER BY e.event_id LIMIT 2000`,
  );
  let previousHash = FIRST_HASH;
  let after = 0;
  for (;;) {
    const rows = page.all(after);
    if (rows.length === 0) return null;
    for (const row of rows) {
      const facts = [
        row.batch_id,
        row.reader_id,
        row.source,
        row.at,
        row.image_id,
        row.class_id,
        row.previous_class_id,
      ];
      if (row.previous_hash !== previousHash || row.hash !== hashEvent(previousHash, facts))
        return row.event_id;
      previousHash = row.hash;
      after = row.event_id;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The id of the newest event, 0 when there is none. */
export function findNewestLabelEvent(db: Database): number {
  return db.prepare<[], number>('SELECT coalesce(max(event_id), 0) FROM label_events').pluck().get()!;
}

/** How many images got other labels after an event. */
export function countLabelsChangedSince(db: Database, eventId: number): number {
  const sql = 'SELECT count(DISTINCT image_id) FROM label_events WHERE event_id > ?';
  return db.prepare<[number], number>(sql).pluck().get(eventId)!;
}
