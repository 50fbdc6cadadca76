import type { Database } from 'better-sqlite3';
import { readSetting, removeSetting, writeSetting } from '../library/librarySettings.ts';
import { findLiveModel } from '../live/liveSetting.ts';
import { findModel } from './store.ts';

const IN_USE = 'models.in_use';

/** The model that a person picked for this library, or null where the newest is used. */
export function readPickedModel(db: Database): string | null {
  const picked = readSetting(db, IN_USE);
  if (picked === undefined) return null;
  const sql = 'SELECT 1 FROM models WHERE model_id = ? AND deleted_at IS NULL';
  return db.prepare(sql).get(picked) === undefined ? null : picked;
}

/** Picks a model; null goes back to the newest. @throws FoveaError `not_found`. */
export function pickModel(db: Database, modelId: string | null): void {
  if (modelId === null) {
    removeSetting(db, IN_USE);
    return;
  }
  findModel(db, modelId);
  writeSetting(db, IN_USE, modelId);
}

/**
 * The model whose predictions are shown: the picked one, else the newest, which may be the head that learns while a
 * person labels (`live`); null when there is none.
 */
export function findModelInUse(db: Database): string | null {
  const picked = readPickedModel(db) ?? findLiveModel(db);
  if (picked !== null) return picked;
  const sql =
    'SELECT model_id FROM models WHERE deleted_at IS NULL ORDER BY created_at DESC, model_id DESC LIMIT 1';
  return db.prepare<[], string>(sql).pluck().get() ?? null;
}
