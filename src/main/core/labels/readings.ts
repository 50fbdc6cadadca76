import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import type { BlindImage, ReadingRow } from '../../../shared/labels.ts';
import { resolveSelection, type Selection } from '../images/selection.ts';
import { createRandom } from '../math/random.ts';
import { findClass } from './classes.ts';
import { findReader } from './readers.ts';

export interface ReadingPlan {
  readonly readerId: number;
  /** Images to choose from; those without a label are left out. */
  readonly selection: Selection;
  /** How many of them, drawn at random; all when absent. */
  readonly sample?: number | undefined;
  readonly seed: number;
}

interface FirstLabel {
  readonly image_id: number;
  readonly class_id: number;
  readonly reader_id: number;
}

/**
 * Starts a second reading: puts the labelled ones of the given images in a random order, with the label that each has
 * now as its first reading.
 * @throws FoveaError `not_found` for an unknown reader, `invalid` when none of the images is labelled.
 */
export function startReading(db: Database, plan: ReadingPlan): ReadingRow {
  return db
    .transaction(() => {
      findReader(db, plan.readerId);
      const wanted = new Set(resolveSelection(db, plan.selection));
      const labelled = db
        .prepare<[], FirstLabel>(
          `SELECT l.image_id, l.class_id, b.reader_id
           FROM labels l JOIN label_events e USING (event_id) JOIN label_batches b USING (batch_id)
           ORDER BY l.image_id`,
        )
        .all()
        .filter(({ image_id }) => wanted.has(image_id));
      if (labelled.length === 0) {
        throw new FoveaError(
          'invalid',
          'None of these images is labelled, so there is nothing to read again.',
          {
            todo: 'Choose images that have a label.',
          },
        );
      }
      const order = createRandom(plan.seed)
        .shuffle(labelled)
        .slice(0, plan.sample ?? labelled.length);
      const { lastInsertRowid } = db
        .prepare('INSERT INTO readings (reader_id, seed, created_at) VALUES (?, ?, ?)')
        .run(plan.readerId, plan.seed, Date.now());
      const insert = db.prepare(
        `INSERT INTO reading_images (reading_id, position, image_id, first_class_id, first_reader_id)
         VALUES (?, ?, ?, ?, ?)`,
      );
      for (const [position, row] of order.entries()) {
        insert.run(lastInsertRowid, position, row.image_id, row.class_id, row.reader_id);
      }
      return findReading(db, Number(lastInsertRowid));
    })
    .immediate();
}

/** True of a disagreement that was settled and whose settling was not undone. */
export const IS_SETTLED = `ri.settled_class_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM label_batches b WHERE b.batch_id = ri.settled_batch_id AND b.is_undone <> 0)`;

const SELECT_READINGS = `SELECT r.reading_id AS readingId, r.reader_id AS readerId, p.name AS reader,
  r.created_at AS createdAt, count(*) AS images, count(ri.class_id) AS read,
  coalesce(sum(ri.class_id <> ri.first_class_id), 0) AS disagreements,
  coalesce(sum(ri.class_id <> ri.first_class_id AND ${IS_SETTLED}), 0) AS settled
  FROM readings r JOIN readers p USING (reader_id) JOIN reading_images ri USING (reading_id)`;

/** Every second reading with its progress, newest first. */
export function listReadings(db: Database): ReadingRow[] {
  const sql = `${SELECT_READINGS} GROUP BY r.reading_id ORDER BY r.reading_id DESC`;
  return db.prepare<[], ReadingRow>(sql).all();
}

/** @throws FoveaError `not_found`. */
export function findReading(db: Database, readingId: number): ReadingRow {
  const row = db
    .prepare<[number], ReadingRow>(`${SELECT_READINGS} WHERE r.reading_id = ? GROUP BY r.reading_id`)
    .get(readingId);
  if (row === undefined) {
    throw new FoveaError('not_found', 'There is no such reading.', { subject: String(readingId) });
  }
  return row;
}

/** The next images to read, in the reading's order, with nothing that tells their class. */
export function listUnread(db: Database, readingId: number, count: number): BlindImage[] {
  findReading(db, readingId);
  return db
    .prepare<[number, number], BlindImage>(
      `SELECT i.image_id AS imageId, i.sha256, i.width, i.height
       FROM reading_images ri JOIN images i USING (image_id)
       WHERE ri.reading_id = ? AND ri.class_id IS NULL ORDER BY ri.position LIMIT ?`,
    )
    .all(readingId, count);
}

/**
 * Records second labels; the present labels stay as they are. null takes a second label back. An image
 * that is read again has to be settled again.
 * @throws FoveaError `not_found` for an image outside the reading or an unknown class; nothing is recorded then.
 */
export function recordReadings(
  db: Database,
  readingId: number,
  imageIds: readonly number[],
  classId: number | null,
): ReadingRow {
  return db
    .transaction(() => {
      findReading(db, readingId);
      if (classId !== null) findClass(db, classId);
      const put = db.prepare(
        `UPDATE reading_images SET class_id = ?, read_at = ?, settled_class_id = NULL, settled_batch_id = NULL
         WHERE reading_id = ? AND image_id = ?`,
      );
      const at = classId === null ? null : Date.now();
      for (const imageId of imageIds) {
        if (put.run(classId, at, readingId, imageId).changes === 1) continue;
        throw new FoveaError('not_found', 'This image is not part of the reading.', {
          subject: String(imageId),
        });
      }
      return findReading(db, readingId);
    })
    .immediate();
}
