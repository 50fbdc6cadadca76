import type { Database } from 'better-sqlite3';
import type { FiledConflict } from '../../../shared/nearDuplicates.ts';
import { CONFLICT_BIT } from '../images/fileLabels.ts';
import { foldName } from '../labels/classes.ts';

/** Contents whose files stand under several classes, those without a label first: a reader's label settles one. */
export function listFiledConflicts(db: Database): FiledConflict[] {
  const classIdOf = new Map(
    db.prepare<[], [string, number]>('SELECT folded_name, class_id FROM classes').raw().all(),
  );
  const files = db.prepare<[number], { path: string; root: string; className: string | null }>(
    `SELECT f.path, r.name AS root, f.class_name AS className FROM files f JOIN roots r USING (root_id)
     WHERE f.image_id = ? AND f.is_missing = 0 ORDER BY f.path`,
  );
  return db
    .prepare<[number], Omit<FiledConflict, 'files'>>(
      `SELECT i.image_id AS imageId, i.sha256, i.path, l.class_id AS classId
       FROM images i LEFT JOIN labels l USING (image_id)
       WHERE i.flags <> 0 AND (i.flags & ?) <> 0 ORDER BY l.class_id IS NOT NULL, i.path`,
    )
    .all(CONFLICT_BIT)
    .map((image) => ({
      ...image,
      files: files.all(image.imageId).map((file) => ({
        ...file,
        classId: file.className === null ? null : (classIdOf.get(foldName(file.className)) ?? null),
      })),
    }));
}
