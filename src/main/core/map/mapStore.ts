import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import type { BatchEffect, MapFigures, MapParams, MapSummary } from '../../../shared/map.ts';
import type { Library } from '../library/library.ts';
import { mapFile } from './mapFile.ts';

/** A map as the database holds it. */
export interface StoredMap {
  readonly file: string;
  readonly featureKey: string;
  readonly params: MapParams;
  readonly figures: MapFigures;
  readonly images: number;
  readonly placed: number;
  readonly lastRow: number;
}

interface MapRecord {
  readonly map_id: number;
  readonly file: string;
  readonly engine: 'wasm';
  readonly feature_key: string;
  readonly params: string;
  readonly figures: string;
  readonly images: number;
  readonly placed: number;
  readonly last_row: number;
  readonly created_at: number;
}

export function insertMap(db: Database, map: StoredMap): number {
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO maps (file, engine, feature_key, params, figures, images, placed, last_row, created_at)
       VALUES (?, 'wasm', ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ...[map.file, map.featureKey, JSON.stringify(map.params), JSON.stringify(map.figures)],
      ...[map.images, map.placed, map.lastRow, Date.now()],
    );
  return Number(lastInsertRowid);
}

/** A map has more points, in another file. */
export function extendMap(
  db: Database,
  mapId: number,
  { file, images, placed, lastRow }: Pick<StoredMap, 'file' | 'images' | 'placed' | 'lastRow'>,
): void {
  db.prepare('UPDATE maps SET file = ?, images = ?, placed = ?, last_row = ? WHERE map_id = ?').run(
    ...[file, images, placed, lastRow, mapId],
  );
}

/** @throws FoveaError `not_found` */
export function findMap(db: Database, mapId: number): StoredMap {
  const record = db.prepare<[number], MapRecord>('SELECT * FROM maps WHERE map_id = ?').get(mapId);
  if (record === undefined) throw new FoveaError('not_found', 'There is no such map.');
  return {
    file: record.file,
    featureKey: record.feature_key,
    params: JSON.parse(record.params) as MapParams,
    figures: JSON.parse(record.figures) as MapFigures,
    ...{ images: record.images, placed: record.placed, lastRow: record.last_row },
  };
}

/** The newest first. */
export function listMaps(db: Database): MapSummary[] {
  const countUnplaced = db
    .prepare<[string, number], number>(
      `SELECT count(*) FROM feature_rows WHERE feature_key = ? AND row > ?
         AND image_id NOT IN (SELECT image_id FROM excluded_images)`,
    )
    .pluck();
  return db
    .prepare<[], MapRecord>('SELECT * FROM maps ORDER BY map_id DESC')
    .all()
    .map((record) => ({
      mapId: record.map_id,
      createdAt: record.created_at,
      engine: record.engine,
      featureKey: record.feature_key,
      params: JSON.parse(record.params) as MapParams,
      figures: JSON.parse(record.figures) as MapFigures,
      images: record.images,
      placed: record.placed,
      unplaced: countUnplaced.get(record.feature_key, record.last_row)!,
    }));
}

/** Which file each map is in. */
export function listMapFiles(db: Database): { readonly mapId: number; readonly file: string }[] {
  return db
    .prepare<[], { mapId: number; file: string }>('SELECT map_id AS mapId, file FROM maps ORDER BY map_id')
    .all();
}

/** Forgets a map and deletes its file. @throws FoveaError `not_found` */
export async function deleteMap(library: Library, mapId: number): Promise<void> {
  const { file } = findMap(library.db, mapId);
  library.db.prepare('DELETE FROM maps WHERE map_id = ?').run(mapId);
  await rm(mapFile(library.folder, file), { force: true });
}

/** Deletes files that no map names: what a run that died has left. */
export async function sweepMapFiles(library: Library): Promise<void> {
  const named = new Set(library.db.prepare<[], string>('SELECT file FROM maps').pluck().all());
  const folder = path.dirname(mapFile(library.folder, 'x'));
  for (const name of await readdir(folder).catch((): string[] => [])) {
    if (!named.has(name)) await rm(path.join(folder, name), { force: true });
  }
}

/** Puts what was found last in the place of what was found before. */
export function saveBatchEffects(db: Database, effects: readonly BatchEffect[]): void {
  db.transaction(() => {
    db.prepare('DELETE FROM batch_effects').run();
    const insert = db.prepare('INSERT INTO batch_effects (kind, facts, created_at) VALUES (?, ?, ?)');
    for (const effect of effects) insert.run(effect.kind, JSON.stringify(effect), Date.now());
  })();
}

export function listBatchEffects(db: Database): BatchEffect[] {
  return db
    .prepare<[], string>('SELECT facts FROM batch_effects ORDER BY kind')
    .pluck()
    .all()
    .map((facts) => JSON.parse(facts) as BatchEffect);
}
