import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Database } from 'better-sqlite3';
import type { FeatureSpec } from '../../../shared/backbones.ts';
import type { Library } from '../library/library.ts';

/** What a set was made with: a network, or none where rows are the pictures themselves. */
export type StoredSpec = Omit<FeatureSpec, 'backbone'> & {
  readonly backbone: FeatureSpec['backbone'] | 'none';
};

/** One set of features: which backbone, side and decoder made it. */
export interface FeatureSet {
  readonly featureKey: string;
  readonly spec: StoredSpec;
  readonly decoderVersion: string;
  readonly dims: number;
}

export function ensureFeatureSet(db: Database, set: FeatureSet): void {
  db.prepare(
    `INSERT INTO feature_sets (feature_key, backbone, width, resolution, decoder_version, dims)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (feature_key) DO NOTHING`,
  ).run(set.featureKey, set.spec.backbone, set.spec.width, set.spec.resolution, set.decoderVersion, set.dims);
}

/** How many rows of the feature file the database vouches for; a longer file has a torn tail. */
export function countFeatureRows(db: Database, featureKey: string): number {
  const sql = 'SELECT coalesce(max(row) + 1, 0) FROM feature_rows WHERE feature_key = ?';
  return db.prepare<[string], number>(sql).pluck().get(featureKey)!;
}

export function insertFeatureRow(db: Database, featureKey: string, imageId: number, row: number): void {
  db.prepare('INSERT OR IGNORE INTO feature_rows (feature_key, image_id, row) VALUES (?, ?, ?)').run(
    featureKey,
    imageId,
    row,
  );
}

/** Drops the row numbers of a set whose file is gone or too short; the features are computed anew. */
export function forgetFeatureRows(db: Database, featureKey: string): void {
  db.prepare('DELETE FROM feature_rows WHERE feature_key = ?').run(featureKey);
}

/** Every image that has features of a set, in the order of ids: ids and rows side by side. */
export function readFeatureRows(
  db: Database,
  featureKey: string,
): { imageIds: Uint32Array; rows: Uint32Array } {
  const pairs = db
    .prepare<[string], [number, number]>(
      'SELECT image_id, row FROM feature_rows WHERE feature_key = ? ORDER BY image_id',
    )
    .raw()
    .all(featureKey);
  return {
    imageIds: Uint32Array.from(pairs, ([imageId]) => imageId),
    rows: Uint32Array.from(pairs, ([, row]) => row),
  };
}

/** Forgets a set altogether: its rows and its file. */
export async function dropFeatureSet(
  { db, folder }: Pick<Library, 'db' | 'folder'>,
  featureKey: string,
): Promise<void> {
  forgetFeatureRows(db, featureKey);
  db.prepare('DELETE FROM feature_sets WHERE feature_key = ?').run(featureKey);
  await rm(path.join(folder, 'features', `${featureKey}.f32`), { force: true }).catch(() => undefined);
}

/** How many images lack features of a set. */
export function countMissingFeatures(db: Database, featureKey: string): number {
  return db
    .prepare<[string], number>(
      'SELECT (SELECT count(*) FROM images) - (SELECT count(*) FROM feature_rows WHERE feature_key = ?)',
    )
    .pluck()
    .get(featureKey)!;
}

/** Images that lack features of a set, with a present file each. */
export function listImagesWithoutFeatures(
  db: Database,
  featureKey: string,
): { imageId: number; sha256: string; root: string; path: string; bytes: number; modifiedMs: number }[] {
  return db
    .prepare<
      [string],
      { imageId: number; sha256: string; root: string; path: string; bytes: number; modifiedMs: number }
    >(
      `SELECT i.image_id AS imageId, i.sha256, r.path AS root, f.path, f.bytes, f.modified_ms AS modifiedMs
       FROM images i
       JOIN files f ON f.file_id = (SELECT min(file_id) FROM files o WHERE o.image_id = i.image_id AND o.is_missing = 0)
       JOIN roots r ON r.root_id = f.root_id
       WHERE NOT EXISTS (SELECT 1 FROM feature_rows x WHERE x.feature_key = ? AND x.image_id = i.image_id)
       ORDER BY i.image_id`,
    )
    .all(featureKey);
}
