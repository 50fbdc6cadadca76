import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { isInside } from '../files/isInside.ts';

/** A present file that holds an image's content. */
export interface Original {
  /** Full path on this machine; never leaves the core. */
  readonly file: string;
}

/** A path that held the content when it was imported. */
interface Candidate {
  readonly root: string;
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly sha256: string;
}

/**
 * Finds a file of an image that is really there and still has its content: a regular file, inside its root even
 * after links are resolved. Nothing that a request says is ever joined to a path; only what the import recorded.
 * @throws FoveaError `not_found` naming the file when none is in its place or all have changed.
 */
export async function findOriginal(db: Database, imageId: number): Promise<Original> {
  const candidates = db
    .prepare<[number], Candidate>(
      `SELECT r.path AS root, f.path, f.bytes, f.modified_ms AS modifiedMs, i.sha256
       FROM files f JOIN roots r USING (root_id) JOIN images i USING (image_id)
       WHERE f.image_id = ? ORDER BY f.is_missing, f.file_id`,
    )
    .all(imageId);
  for (const candidate of candidates) {
    const file = await inspect(candidate);
    if (file !== null) return { file };
  }
  throw new FoveaError(
    'not_found',
    'The original file is not in its place, or has changed since its import.',
    {
      subject: candidates[0]?.path ?? String(imageId),
      todo: 'Connect its drive, or import its folder again.',
    },
  );
}

async function inspect({
  root,
  path: relative,
  bytes,
  modifiedMs,
  sha256,
}: Candidate): Promise<string | null> {
  try {
    const file = path.join(root, relative);
    if (!isInside(path.relative(await realpath(root), await realpath(file)))) return null;
    const stat = await lstat(file);
    if (!stat.isFile() || stat.size !== bytes) return null;
    // Copying a folder gives its files new times, and the same content all the same.
    const isSame = stat.mtimeMs === modifiedMs || (await hashFile(file)) === sha256;
    return isSame ? file : null;
  } catch {
    return null;
  }
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
