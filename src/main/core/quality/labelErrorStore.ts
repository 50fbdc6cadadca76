import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import type { LabelError } from '../../../shared/quality.ts';
import { presentReaderId } from '../labels/readers.ts';
import { writeInChunks } from '../library/writeInChunks.ts';
import type { FoundError } from './labelErrors.worker.ts';

const CHUNK = 1000;

/** Puts what the newest check found in the place of what the one before had. */
export async function saveLabelErrors(db: Database, errors: readonly FoundError[]): Promise<void> {
  db.prepare('DELETE FROM label_errors').run();
  const insert = db.prepare(
    `INSERT OR REPLACE INTO label_errors (image_id, position, class_id, suggested_class_id, confidence, suggested_share,
       own_neighbours, other_neighbours) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  await writeInChunks(db, errors, CHUNK, (each, position) =>
    insert.run(
      ...[each.imageId, position, each.classId, each.suggestedClassId, each.confidence, each.suggestedShare],
      ...[JSON.stringify(each.ownNeighbours), JSON.stringify(each.otherNeighbours)],
    ),
  );
}

type Row = Omit<LabelError, 'ownNeighbours' | 'otherNeighbours'> & {
  readonly ownNeighbours: string;
  readonly otherNeighbours: string;
};

/** Doubted labels that still stand and that no reader has stood by, the least believable first. */
export function listLabelErrors(db: Database, limit: number): LabelError[] {
  return db
    .prepare<[number], Row>(
      `SELECT e.image_id AS imageId, i.path, i.sha256,
         (SELECT min(group_name) FROM files f WHERE f.image_id = e.image_id) AS "group",
         e.class_id AS classId, e.suggested_class_id AS suggestedClassId, e.confidence,
         e.suggested_share AS suggestedShare, e.own_neighbours AS ownNeighbours, e.other_neighbours AS otherNeighbours
       FROM label_errors e JOIN images i USING (image_id)
       JOIN labels l ON l.image_id = e.image_id AND l.class_id = e.class_id
       WHERE NOT EXISTS (SELECT 1 FROM kept_labels k WHERE k.image_id = e.image_id AND k.class_id = e.class_id)
         AND e.image_id NOT IN (SELECT image_id FROM excluded_images)
       ORDER BY e.position LIMIT ?`,
    )
    .all(limit)
    .map((row) => ({
      ...row,
      ownNeighbours: JSON.parse(row.ownNeighbours) as number[],
      otherNeighbours: JSON.parse(row.otherNeighbours) as number[],
    }));
}

/**
 * The present reader stands by the labels that these images have: they are doubted no more while they stay.
 * @throws FoveaError `not_found` for an image without a label; nothing is kept then.
 */
export function keepLabels(db: Database, imageIds: readonly number[]): void {
  const keep = db.prepare(
    `INSERT INTO kept_labels (image_id, class_id, reader_id, kept_at) SELECT image_id, class_id, ?, ? FROM labels
     WHERE image_id = ? ON CONFLICT (image_id, class_id) DO UPDATE SET kept_at = excluded.kept_at`,
  );
  db.transaction(() => {
    const readerId = presentReaderId(db);
    for (const imageId of imageIds) {
      if (keep.run(readerId, Date.now(), imageId).changes === 1) continue;
      throw new FoveaError('not_found', 'This image has no label to keep.', { subject: String(imageId) });
    }
  }).immediate();
}
