import path from 'node:path';
import type { Database } from 'better-sqlite3';
import { FoveaError, throwIfCancelled } from '../../../shared/errors.ts';
import type { RelinkResult } from '../../../shared/relink.ts';
import { IngestPool } from '../images/ingestPool.ts';
import { scanFolder, type ScannedFile } from '../images/scanFolder.ts';
import type { JobContext } from '../jobs/jobQueue.ts';
import { ProgressMeter } from '../jobs/progressMeter.ts';
import { writeInChunks } from '../library/writeInChunks.ts';
import { matchContents, type FoundFile, type LostFile } from './matchContents.ts';
import { requireNewPlace } from './useFoundFiles.ts';

export interface RelinkParams {
  readonly rootId: number;
  readonly folder: string;
}

const CHUNK = 2000;
const SHOWN_MISSING = 20;

/**
 * Looks for the files of an imported folder below another one, by their content: the same bytes are the same file,
 * wherever they stand and whatever they are called. What is found is kept until it is used; nothing else is changed.
 */
export async function runRelinkJob(params: RelinkParams, context: JobContext): Promise<RelinkResult> {
  const { library, signal, report } = context;
  const { db } = library;
  const { rootId } = params;
  const folder = path.resolve(params.folder);
  requireNewPlace(db, rootId, folder);
  const lost = listFiles(db, rootId);
  const sizes = new Set(lost.map(({ bytes }) => bytes));
  const candidates: ScannedFile[] = [];
  for await (const batch of scanFolder(folder, { signal })) {
    candidates.push(...batch.files.filter((file) => file.refused === undefined && sizes.has(file.bytes)));
    report({ phase: 'listing files', done: candidates.length, total: null });
  }
  const found = await readContents(folder, candidates, context);
  throwIfCancelled(signal);
  const matches = matchContents(lost, found);
  db.prepare('DELETE FROM found_files WHERE root_id = ?').run(rootId);
  const insert = db.prepare(
    'INSERT INTO found_files (file_id, root_id, path, modified_ms) VALUES (?, ?, ?, ?)',
  );
  await writeInChunks(db, [...matches], CHUNK, ([fileId, file]) =>
    insert.run(fileId, rootId, file.path, file.modifiedMs),
  );
  const missing = lost.filter(({ fileId }) => !matches.has(fileId));
  const inPlace = lost.filter((file) => matches.get(file.fileId)?.path === file.path).length;
  return {
    ...{ rootId, folder, files: lost.length, inPlace },
    moved: matches.size - inPlace,
    missing: missing.length,
    missingPaths: missing.slice(0, SHOWN_MISSING).map((file) => file.path),
  };
}

function listFiles(db: Database, rootId: number): LostFile[] {
  const files = db
    .prepare<[number], LostFile>(
      `SELECT f.file_id AS fileId, f.path, f.bytes, i.sha256 FROM files f JOIN images i USING (image_id)
       WHERE f.root_id = ? ORDER BY f.file_id`,
    )
    .all(rootId);
  if (files.length > 0) return files;
  throw new FoveaError('not_found', 'The library knows no such folder.', { subject: String(rootId) });
}

/** Reads and hashes files in the import's processes, without decoding them. */
async function readContents(
  folder: string,
  files: readonly ScannedFile[],
  { signal, report }: JobContext,
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  const meter = new ProgressMeter('comparing contents', files.length);
  const pool = new IngestPool({ graph: null, wantsThumbnails: false });
  let seen = 0;
  try {
    await pool.ingest(files, { folder, signal, isKnown: () => true }, (results) => {
      for (const result of results) if (result.outcome === 'known') found.push(result);
      seen += results.length;
      report(meter.at(seen));
    });
  } finally {
    await pool.close();
  }
  return found;
}
