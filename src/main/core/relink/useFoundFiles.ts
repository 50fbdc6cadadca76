import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { writeInChunks } from '../library/writeInChunks.ts';

const CHUNK = 1000;

interface Move {
  readonly fileId: number;
  readonly imageId: number;
  readonly before: string;
  readonly path: string;
  readonly modifiedMs: number;
}

/**
 * From now on the files of a root are where they were found. Files that were not found stay known, as missing; labels,
 * features and everything else hang on contents and are not touched.
 * @throws FoveaError `conflict` when the folder is another root already, `invalid` when nothing was found there
 */
export async function useFoundFiles(db: Database, rootId: number, folder: string): Promise<number> {
  requireNewPlace(db, rootId, folder);
  const moves = db
    .prepare<[number], Move>(
      `SELECT f.file_id AS fileId, f.image_id AS imageId, f.path AS before, n.path, n.modified_ms AS modifiedMs
       FROM found_files n JOIN files f USING (file_id) WHERE n.root_id = ? ORDER BY f.file_id`,
    )
    .all(rootId);
  if (moves.length === 0) {
    throw new FoveaError('invalid', 'None of the files was found there.', {
      subject: folder,
      todo: 'Look in another folder.',
    });
  }
  const renamed = moves.filter(({ before, path }) => before !== path);
  const rename = db.prepare('UPDATE files SET path = ? WHERE file_id = ?');
  db.transaction(() => {
    db.prepare('UPDATE roots SET path = ? WHERE root_id = ?').run(folder, rootId);
    db.prepare('UPDATE files SET is_missing = 1 WHERE root_id = ?').run(rootId);
    // Two files may have changed places: all leave theirs before any takes its new one. No path holds a zero character.
    for (const { fileId } of renamed) rename.run(`\0${fileId}`, fileId);
    const place = db.prepare('UPDATE files SET path = ? WHERE file_id = ?');
    const follow = db.prepare('UPDATE images SET path = ? WHERE image_id = ? AND root_id = ? AND path = ?');
    for (const { fileId, imageId, before, path } of renamed) {
      place.run(path, fileId);
      follow.run(path, imageId, rootId, before);
    }
  }).immediate();
  const settle = db.prepare('UPDATE files SET is_missing = 0, modified_ms = ? WHERE file_id = ?');
  await writeInChunks(db, moves, CHUNK, ({ fileId, modifiedMs }) => settle.run(modifiedMs, fileId));
  db.prepare('DELETE FROM found_files WHERE root_id = ?').run(rootId);
  return moves.length;
}

/** @throws FoveaError `conflict` when another root is that folder. */
export function requireNewPlace(db: Database, rootId: number, folder: string): void {
  const other = db
    .prepare<[string, number], string>('SELECT name FROM roots WHERE path = ? AND root_id <> ?')
    .pluck()
    .get(folder, rootId);
  if (other === undefined) return;
  throw new FoveaError('conflict', `This folder is in the library already, as “${other}”.`, {
    subject: folder,
  });
}
