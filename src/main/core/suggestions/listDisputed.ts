import type { Database } from 'better-sqlite3';
import { IS_SETTLED } from '../labels/readings.ts';

/** Images whose two readings differ and that nobody has settled; those that were suggested for it before are left out. */
export function listDisputed(db: Database): number[] {
  return db
    .prepare<[], number>(
      `SELECT DISTINCT ri.image_id FROM reading_images ri
       WHERE ri.class_id IS NOT NULL AND ri.class_id <> ri.first_class_id AND NOT (${IS_SETTLED})
         AND ri.image_id NOT IN (SELECT image_id FROM suggestion_images WHERE reason = 'two readers disagree')
       ORDER BY ri.image_id`,
    )
    .pluck()
    .all();
}
