import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import type { Agreement, Disagreement, LabelBatch } from '../../../shared/labels.ts';
import { measureKappa } from '../evaluation/confusion.ts';
import { findKappaInterval } from '../evaluation/kappa.ts';
import { findClass } from './classes.ts';
import { recordLabels } from './labelEvents.ts';
import { findReading, IS_SETTLED } from './readings.ts';
import { giveUpRedo } from './undo.ts';

/** Images whose two labels differ, in the reading's order; settled ones are among them. @throws `not_found`. */
export function listDisagreements(db: Database, readingId: number): Disagreement[] {
  findReading(db, readingId);
  return db
    .prepare<[number], Disagreement>(
      `SELECT ri.image_id AS imageId, i.sha256, ri.first_class_id AS firstClassId, p.name AS firstReader,
         ri.class_id AS secondClassId, CASE WHEN ${IS_SETTLED} THEN ri.settled_class_id END AS settledClassId
       FROM reading_images ri JOIN images i USING (image_id) JOIN readers p ON p.reader_id = ri.first_reader_id
       WHERE ri.reading_id = ? AND ri.class_id <> ri.first_class_id ORDER BY ri.position`,
    )
    .all(readingId);
}

/** Agreement over what has been read so far: kappa, its 95 % interval and the table of both readings. @throws `not_found`. */
export function measureAgreement(db: Database, readingId: number): Agreement {
  findReading(db, readingId);
  const cells = db
    .prepare<[number], { first: number; second: number; n: number }>(
      `SELECT first_class_id AS first, class_id AS second, count(*) AS n FROM reading_images
       WHERE reading_id = ? AND class_id IS NOT NULL GROUP BY first_class_id, class_id`,
    )
    .all(readingId);
  const used = new Set(cells.flatMap(({ first, second }) => [first, second]));
  const classes = db
    .prepare<[], { classId: number; name: string }>(
      'SELECT class_id AS classId, name FROM classes ORDER BY position, class_id',
    )
    .all()
    .filter(({ classId }) => used.has(classId));
  const place = new Map(classes.map(({ classId }, index) => [classId, index]));
  const confusion = classes.map(() => classes.map(() => 0));
  let images = 0;
  let agreed = 0;
  for (const { first, second, n } of cells) {
    confusion[place.get(first)!]![place.get(second)!] = n;
    images += n;
    if (first === second) agreed += n;
  }
  return {
    images,
    agreed,
    kappa: images === 0 ? null : measureKappa(confusion),
    interval: findKappaInterval(confusion),
    classes,
    confusion,
  };
}

/**
 * Settles disagreements: the images get the label, as one action that undo takes back (they are unsettled then).
 * @throws FoveaError `not_found` for an unknown class, `invalid` for an image whose readings agree or are not both done.
 */
export function settleDisagreements(
  db: Database,
  readingId: number,
  imageIds: readonly number[],
  classId: number,
): LabelBatch {
  return db
    .transaction(() => {
      findReading(db, readingId);
      findClass(db, classId);
      giveUpRedo(db);
      const batch = recordLabels(
        db,
        imageIds.map((imageId) => ({ imageId, classId })),
        { source: 'reader' },
      );
      const settle = db.prepare(
        `UPDATE reading_images SET settled_class_id = ?, settled_batch_id = ?
         WHERE reading_id = ? AND image_id = ? AND class_id <> first_class_id`,
      );
      const batchId = batch.batchId === 0 ? null : batch.batchId;
      for (const imageId of imageIds) {
        if (settle.run(classId, batchId, readingId, imageId).changes === 1) continue;
        throw new FoveaError('invalid', 'The two readings of this image do not disagree.', {
          subject: String(imageId),
        });
      }
      return batch;
    })
    .immediate();
}
