import type { Database } from 'better-sqlite3';
import { ensureClass, foldName } from '../labels/classes.ts';
import { recordLabels, type LabelChange, type LabelSource } from '../labels/labelEvents.ts';
import { encodeFlags } from './store.ts';

/** The bit of the `conflict` flag. */
export const CONFLICT_BIT = encodeFlags(['conflict']);

interface FiledUnder {
  class_name: string;
}

/**
 * Brings the labels of images in line with the classes their files are filed under, inside the caller's
 * transaction. A content under two classes gets the `conflict` flag and no label from its files; a label that
 * a reader gave, or took away, is never touched.
 */
export function labelFromFiles(db: Database, imageIds: Iterable<number>): void {
  const filedUnder = db.prepare<[number], FiledUnder>(
    `SELECT DISTINCT class_name FROM files WHERE image_id = ? AND is_missing = 0 AND class_name IS NOT NULL ORDER BY file_id`,
  );
  const lastSource = db
    .prepare<[number], LabelSource>(
      `SELECT b.source FROM label_events e JOIN label_batches b USING (batch_id)
       WHERE e.image_id = ? ORDER BY e.event_id DESC LIMIT 1`,
    )
    .pluck();
  const setConflict = db.prepare('UPDATE images SET flags = flags | ? WHERE image_id = ?');
  const clearConflict = db.prepare('UPDATE images SET flags = flags & ~? WHERE image_id = ?');
  const classIds = new Map<string, number>();
  const given: LabelChange[] = [];
  const withdrawn: LabelChange[] = [];
  for (const imageId of new Set(imageIds)) {
    const names = new Map(filedUnder.all(imageId).map((row) => [foldName(row.class_name), row.class_name]));
    const source = lastSource.get(imageId);
    const isReaders = source !== undefined && source !== 'import' && source !== 'conflict';
    if (names.size > 1) {
      setConflict.run(CONFLICT_BIT, imageId);
      if (!isReaders) withdrawn.push({ imageId, classId: null });
      continue;
    }
    clearConflict.run(CONFLICT_BIT, imageId);
    const [first] = names;
    if (first === undefined || isReaders) continue;
    const [folded, name] = first;
    // Once for each class: looking it up counts its images.
    const classId = classIds.get(folded) ?? ensureClass(db, name).classId;
    classIds.set(folded, classId);
    given.push({ imageId, classId });
  }
  if (withdrawn.length > 0) recordLabels(db, withdrawn, { source: 'conflict' });
  if (given.length > 0) recordLabels(db, given, { source: 'import' });
}
