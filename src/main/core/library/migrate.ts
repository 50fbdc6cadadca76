import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { first } from './migrations/0010_first.ts';
import { curation } from './migrations/0020_curation.ts';
import { gallery } from './migrations/0030_gallery.ts';
import { labelling } from './migrations/0035_labelling.ts';
import { models } from './migrations/0060_models.ts';
import { suggestions } from './migrations/0080_suggestions.ts';
import { measures } from './migrations/0090_measures.ts';
import { relink } from './migrations/0095_relink.ts';
import { maps } from './migrations/0100_maps.ts';

/** One step forward; pure SQL so that it means the same for ever. Versions go in steps of ten. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

const MIGRATIONS: readonly Migration[] = [
  first,
  curation,
  gallery,
  labelling,
  models,
  suggestions,
  measures,
  relink,
  maps,
];

/** The schema version that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.at(-1)!.version;

/** 'FOVE' in ASCII: tells our databases from any other SQLite file. */
export const APPLICATION_ID = 0x464f5645;

export function readVersion(db: Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

/** True when the database is ours but older than this program, so a backup is due before `migrate`. */
export function needsMigration(db: Database): boolean {
  const version = readVersion(db);
  return version > 0 && version < SCHEMA_VERSION;
}

/**
 * Brings a database to the current schema in one transaction.
 * @throws FoveaError `newer_library` when it was made by a newer version (nothing is touched).
 */
export function migrate(db: Database, name: string): void {
  const version = readVersion(db);
  if (version > SCHEMA_VERSION) {
    throw new FoveaError(
      'newer_library',
      `This library was made by a newer version of Fovea Studio (its format is ${version}, this version knows ${SCHEMA_VERSION}).`,
      { subject: name, todo: 'Open it with that version, or install the newest one. It was left untouched.' },
    );
  }
  if (version === SCHEMA_VERSION) return;
  db.transaction(() => {
    for (const step of MIGRATIONS) {
      if (step.version > version) db.exec(step.sql);
    }
    db.pragma(`user_version = ${SCHEMA_VERSION}`);
    db.pragma(`application_id = ${APPLICATION_ID}`);
  }).exclusive();
}
