import type { Database } from 'better-sqlite3';
import { LIVE_MODEL_ID } from '../../../shared/live.ts';
import { readSetting, writeSetting } from '../library/librarySettings.ts';

/** Whether the library learns while a person labels: `off` when switched off, on where nothing was said. */
const SWITCH = 'live.switch';
/** When predictions of all images were last stored, in milliseconds since 1970. */
const STORED_AT = 'live.stored_at';

export function readLiveSwitch(db: Database): boolean {
  return readSetting(db, SWITCH) !== 'off';
}

export function writeLiveSwitch(db: Database, enabled: boolean): void {
  writeSetting(db, SWITCH, enabled ? 'on' : 'off');
}

/** Says that the stored predictions of the live head are whole. */
export function markLiveStored(db: Database, at: number): void {
  writeSetting(db, STORED_AT, String(at));
}

/** `live` when its predictions are whole and newer than every model, else null. */
export function findLiveModel(db: Database): typeof LIVE_MODEL_ID | null {
  if (!readLiveSwitch(db)) return null;
  const storedAt = Number(readSetting(db, STORED_AT) ?? 0);
  const newest =
    db
      .prepare<[], number | null>('SELECT max(created_at) FROM models WHERE deleted_at IS NULL')
      .pluck()
      .get() ?? 0;
  return storedAt > newest ? LIVE_MODEL_ID : null;
}
