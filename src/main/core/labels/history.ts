import type { Database } from 'better-sqlite3';
import type { LabelHistoryRow } from '../../../shared/labels.ts';

/** Who labelled an image with what and when, newest first. */
export function listHistory(db: Database, imageId: number): LabelHistoryRow[] {
  return db
    .prepare<[number], LabelHistoryRow>(
      `SELECT e.event_id AS eventId, e.class_id AS classId, e.previous_class_id AS previousClassId,
         r.name AS reader, b.source, b.at
       FROM label_events e JOIN label_batches b USING (batch_id) JOIN readers r USING (reader_id)
       WHERE e.image_id = ? ORDER BY e.event_id DESC`,
    )
    .all(imageId);
}
