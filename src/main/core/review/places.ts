import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { presentReaderId } from '../labels/readers.ts';

/** Views that each reader's place is kept of; the oldest are forgotten. */
const KEPT_VIEWS = 50;

/** Where the present reader stopped in the review of a view, or null. @param view its filter, as in an address */
export function findPlace(db: Database, view: string): number | null {
  const place = db
    .prepare<[number, string], number>('SELECT image_id FROM review_places WHERE reader_id = ? AND view = ?')
    .pluck()
    .get(presentReaderId(db), view);
  return place ?? null;
}

/** Keeps where the present reader is. @throws FoveaError `not_found` for an unknown image. */
export function keepPlace(db: Database, view: string, imageId: number): void {
  db.transaction(() => {
    const isKnown = db.prepare<[number]>('SELECT 1 FROM images WHERE image_id = ?').get(imageId);
    if (isKnown === undefined) {
      throw new FoveaError('not_found', 'There is no such image.', { subject: String(imageId) });
    }
    const readerId = presentReaderId(db);
    db.prepare(
      'INSERT OR REPLACE INTO review_places (reader_id, view, image_id, at) VALUES (?, ?, ?, ?)',
    ).run(readerId, view, imageId, Date.now());
    db.prepare(
      `DELETE FROM review_places WHERE reader_id = ? AND view NOT IN
         (SELECT view FROM review_places WHERE reader_id = ? ORDER BY at DESC, view = ? DESC LIMIT ?)`,
    ).run(readerId, readerId, view, KEPT_VIEWS);
  }).immediate();
}
