import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import type { NearSearch } from '../../../shared/nearDuplicates.ts';
import { presentReaderId } from '../labels/readers.ts';
import { readSetting, writeSetting } from '../library/librarySettings.ts';
import { writeInChunks } from '../library/writeInChunks.ts';
import type { FoundPairs } from './nearPairs.worker.ts';

const CHUNK = 2000;
const SETTING = 'nearDuplicates.search';

const SearchSchema = v.object({
  at: v.number(),
  images: v.number(),
  withoutHash: v.number(),
  comparedFeatures: v.boolean(),
  lastImageId: v.number(),
});

/** Puts what the newest search found in the place of what the one before had. */
export async function savePairs(db: Database, found: FoundPairs): Promise<void> {
  db.prepare('DELETE FROM near_pairs').run();
  const insert = db.prepare(
    'INSERT INTO near_pairs (low_id, high_id, likeness, distance) VALUES (?, ?, ?, ?)',
  );
  await writeInChunks(db, found.low, CHUNK, (low, at) =>
    insert.run(low, found.high[at], found.likeness[at], found.distance[at]),
  );
  const { images, withoutHash, comparedFeatures } = found;
  const lastImageId = db.prepare<[], number | null>('SELECT max(image_id) FROM images').pluck().get() ?? 0;
  const search = { at: Date.now(), images, withoutHash, comparedFeatures, lastImageId };
  writeSetting(db, SETTING, JSON.stringify(search));
}

/** The last search, or null. */
export function readSearch(db: Database): NearSearch | null {
  const text = readSetting(db, SETTING);
  if (text === undefined) return null;
  const { lastImageId, ...search } = v.parse(SearchSchema, JSON.parse(text));
  const newer = db
    .prepare<[number], number>('SELECT count(*) FROM images WHERE image_id > ?')
    .pluck()
    .get(lastImageId)!;
  return { ...search, newer };
}

export interface NearPair {
  readonly low: number;
  readonly high: number;
  readonly likeness: number;
}

/**
 * Pairs at least this alike that still ask for a decision: neither image is excluded or gone, nobody keeps them as
 * two, and they are not kept together already.
 */
export function listOpenPairs(db: Database, least: number): NearPair[] {
  return db
    .prepare<[number], NearPair>(
      `WITH closed AS MATERIALIZED (
         SELECT image_id FROM excluded_images
         UNION SELECT image_id FROM files GROUP BY image_id HAVING min(is_missing) = 1)
       SELECT p.low_id AS low, p.high_id AS high, p.likeness FROM near_pairs p
       WHERE p.likeness >= ? AND p.low_id NOT IN closed AND p.high_id NOT IN closed
         AND NOT EXISTS (SELECT 1 FROM kept_pairs k WHERE k.low_id = p.low_id AND k.high_id = p.high_id)
         AND NOT EXISTS (SELECT 1 FROM kept_together a JOIN kept_together b USING (bundle_id)
           WHERE a.image_id = p.low_id AND b.image_id = p.high_id)
       ORDER BY p.low_id, p.high_id`,
    )
    .all(least);
}

/** The present reader keeps these images as different ones: no two of them are shown as near duplicates again. */
export function keepApart(db: Database, imageIds: readonly number[]): void {
  const among = JSON.stringify(imageIds);
  db.prepare(
    `INSERT INTO kept_pairs (low_id, high_id, reader_id, at)
     SELECT low_id, high_id, ?, ? FROM near_pairs
     WHERE low_id IN (SELECT value FROM json_each(?)) AND high_id IN (SELECT value FROM json_each(?))
     ON CONFLICT DO NOTHING`,
  ).run(presentReaderId(db), Date.now(), among, among);
}

/** Forgets that these images were kept as different ones or kept together: the undoing of a decision. */
export function forgetDecisions(db: Database, imageIds: readonly number[]): void {
  const among = JSON.stringify(imageIds);
  db.transaction(() => {
    db.prepare(
      `DELETE FROM kept_pairs WHERE low_id IN (SELECT value FROM json_each(?))
         AND high_id IN (SELECT value FROM json_each(?))`,
    ).run(among, among);
    db.prepare('DELETE FROM kept_together WHERE image_id IN (SELECT value FROM json_each(?))').run(among);
  }).immediate();
}

/** No split will separate these images from now on; bundles that they are in already become one with them. */
export function keepTogether(db: Database, imageIds: readonly number[]): void {
  const among = JSON.stringify(imageIds);
  db.transaction(() => {
    const joined = db
      .prepare<[string], number>(
        'SELECT DISTINCT bundle_id FROM kept_together WHERE image_id IN (SELECT value FROM json_each(?))',
      )
      .pluck()
      .all(among);
    const bundleId =
      joined[0] ??
      db.prepare<[], number>('SELECT coalesce(max(bundle_id), 0) + 1 FROM kept_together').pluck().get()!;
    const rename = db.prepare('UPDATE kept_together SET bundle_id = ? WHERE bundle_id = ?');
    for (const other of joined.slice(1)) rename.run(bundleId, other);
    db.prepare(
      `INSERT INTO kept_together (image_id, bundle_id, reader_id, at)
       SELECT image_id, ?, ?, ? FROM images WHERE image_id IN (SELECT value FROM json_each(?))
       ON CONFLICT (image_id) DO UPDATE SET bundle_id = excluded.bundle_id`,
    ).run(bundleId, presentReaderId(db), Date.now(), among);
  }).immediate();
}
