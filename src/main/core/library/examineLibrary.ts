import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { LibraryCheck } from '../../../shared/library.ts';
import { FoveaError } from '../../../shared/errors.ts';
import { listFeatureFiles } from '../features/featureFiles.ts';
import { findBrokenEvent } from '../labels/labelEvents.ts';
import { mapFile, readMapFile } from '../map/mapFile.ts';
import { listMapFiles } from '../map/mapStore.ts';
import { listDeletedModels } from '../models/deletedModels.ts';
import { listModels } from '../models/store.ts';
import { loadModel } from '../training/modelFiles.ts';
import type { Library } from './library.ts';

/**
 * Examines everything a library holds: the database, the chain of label events, the current labels against
 * that chain, feature files, model files, and whether the originals are in their places. Takes seconds: for a
 * worker process.
 */
export async function examineLibrary(library: Library): Promise<LibraryCheck> {
  const { db } = library;
  const problems: string[] = [];
  const notes: string[] = [];

  const integrity: unknown = db.pragma('integrity_check', { simple: true });
  if (integrity !== 'ok') problems.push(`The database is damaged: ${String(integrity)}`);
  if ((db.pragma('foreign_key_check') as unknown[]).length > 0) {
    problems.push('Rows of the database refer to rows that are not there.');
  }

  const broken = await findBrokenEvent(db);
  if (broken !== null) problems.push(`The history of labels was altered at event ${broken}.`);
  const stray = countStrayLabels(library);
  if (stray > 0) problems.push(`${stray} labels do not agree with their history.`);

  for (const { problem } of listFeatureFiles(library)) if (problem !== null) problems.push(problem);
  problems.push(...(await examineModels(library)), ...(await examineMaps(library)));

  const unlisted = listUnlistedModels(library);
  if (unlisted.length > 0) {
    notes.push(
      `${unlisted.length} model folders are not in the list, as after a restore or an interrupted training: ${unlisted.join(', ')}.`,
    );
  }
  const gone = countMissingOriginals(library);
  if (gone > 0)
    notes.push(`${gone} original files are not in their place; import their folder again to update.`);
  return { ok: problems.length === 0, problems, notes };
}

/** Every byte of every model against its manifest. */
async function examineModels({ db, folder }: Library): Promise<string[]> {
  const problems: string[] = [];
  for (const { modelId, name } of listModels(db)) {
    try {
      await loadModel(path.join(folder, 'models', modelId));
    } catch (error) {
      if (!(error instanceof FoveaError)) throw error;
      problems.push(`The model “${name}” (${modelId}): ${error.message}`);
    }
  }
  return problems;
}

/** Every byte of every map against its hashes. */
async function examineMaps({ db, folder }: Library): Promise<string[]> {
  const problems: string[] = [];
  for (const { mapId, file } of listMapFiles(db)) {
    try {
      await readMapFile(mapFile(folder, file), ['imageIds', 'positions', 'mean', 'directions', 'points']);
    } catch (error) {
      if (!(error instanceof FoveaError)) throw error;
      problems.push(`Map ${mapId}: ${error.message} ${error.todo ?? ''}`.trim());
    }
  }
  return problems;
}

function listUnlistedModels({ db, folder }: Library): string[] {
  const listed = new Set([...listModels(db), ...listDeletedModels(db)].map(({ modelId }) => modelId));
  try {
    return readdirSync(path.join(folder, 'models')).filter(
      (name) => !name.startsWith('.') && !listed.has(name),
    );
  } catch {
    return [];
  }
}

/** Labels whose newest event says something else. */
function countStrayLabels(library: Library): number {
  return library.db
    .prepare<[], { n: number }>(
      `WITH newest AS (
         SELECT image_id, class_id FROM label_events e
         WHERE event_id = (SELECT max(event_id) FROM label_events WHERE image_id = e.image_id))
       SELECT
         (SELECT count(*) FROM newest n LEFT JOIN labels l USING (image_id) WHERE n.class_id IS NOT l.class_id)
         + (SELECT count(*) FROM labels WHERE image_id NOT IN (SELECT image_id FROM newest)) AS n`,
    )
    .get()!.n;
}

function countMissingOriginals(library: Library): number {
  const rows = library.db
    .prepare<[], { root: string; file: string }>(
      'SELECT r.path AS root, f.path AS file FROM files f JOIN roots r USING (root_id)',
    )
    .all();
  return rows.filter(({ root, file }) => !existsSync(path.join(root, file))).length;
}
