import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import type { DeletedModel } from '../../../shared/models.ts';
import { breathe } from '../breathe.ts';
import { translateFileError } from '../files/fileErrors.ts';
import { removeState } from '../training/trainingState.ts';
import { findModel } from './store.ts';

/** A deleted model is kept this long, so that a person who misses it can have it back. */
const KEPT_MS = 30 * 86_400_000;
/** Rows that one statement removes, so that the core answers others in between. */
const CHUNK = 2000;

/** Takes a model out of the list; it can be brought back. @throws FoveaError `not_found`. */
export function deleteModel(db: Database, modelId: string): void {
  findModel(db, modelId);
  db.prepare('UPDATE models SET deleted_at = ? WHERE model_id = ?').run(Date.now(), modelId);
}

/** Brings a deleted model back. @throws FoveaError `not_found` when it is not among the deleted ones. */
export function restoreModel(db: Database, modelId: string): void {
  const { changes } = db
    .prepare('UPDATE models SET deleted_at = NULL WHERE model_id = ? AND deleted_at IS NOT NULL')
    .run(modelId);
  if (changes === 0) {
    throw new FoveaError('not_found', 'There is no such deleted model.', { subject: modelId });
  }
}

/** Those deleted last first. */
export function listDeletedModels(db: Database): DeletedModel[] {
  return db
    .prepare<[], DeletedModel>(
      `SELECT model_id AS modelId, name, deleted_at AS deletedAt, bytes FROM models
       WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC, model_id`,
    )
    .all();
}

/**
 * Removes deleted models for good: files first, then predictions, then the model itself, so that an interruption
 * leaves one that is still listed as deleted. `olderThan` (milliseconds since 1970) spares those deleted later.
 * Returns how many went. Throws `unreadable` when files cannot be removed.
 */
export async function removeDeletedModels(
  { db, folder }: { readonly db: Database; readonly folder: string },
  olderThan = Infinity,
): Promise<number> {
  const doomed = listDeletedModels(db).filter(({ deletedAt }) => deletedAt < olderThan);
  for (const { modelId } of doomed) {
    await rm(path.join(folder, 'models', modelId), { recursive: true, force: true }).catch(
      (error: unknown) => {
        throw translateFileError(error, modelId);
      },
    );
    await removeState(folder, modelId).catch(() => undefined);
    for (const table of ['predictions', 'model_images']) await removeRows(db, table, modelId);
    db.prepare('DELETE FROM models WHERE model_id = ? AND deleted_at IS NOT NULL').run(modelId);
  }
  return doomed.length;
}

/** Removes what was deleted long ago; a failure waits for the next opening. */
export async function removeExpiredModels(library: {
  readonly db: Database;
  readonly folder: string;
}): Promise<void> {
  await removeDeletedModels(library, Date.now() - KEPT_MS).catch(() => undefined);
}

async function removeRows(db: Database, table: string, modelId: string): Promise<void> {
  const remove = db.prepare(
    `DELETE FROM ${table} WHERE model_id = ? AND image_id IN
       (SELECT image_id FROM ${table} WHERE model_id = ? LIMIT ${CHUNK})`,
  );
  while (remove.run(modelId, modelId).changes > 0) await breathe();
}
