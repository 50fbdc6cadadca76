import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { listFilesOfImage } from './store.ts';

/** A present file that holds an image's content. */
export interface Original {
  /** Full path on this machine; never leaves the core. */
  readonly file: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/**
 * Finds a file of an image that is really there: a regular file, inside its root even after links are
 * resolved. Nothing that a request says is ever joined to a path; only what the import recorded.
 * @throws FoveaError `not_found` naming the file when none is in its place.
 */
export async function findOriginal(db: Database, imageId: number): Promise<Original> {
  const files = listFilesOfImage(db, imageId);
  for (const { root, path: relative } of files) {
    const original = await inspect(root, relative);
    if (original !== null) return original;
  }
  throw new FoveaError('not_found', 'The original file is not in its place.', {
    subject: files[0]?.path ?? String(imageId),
    todo: 'Connect its drive, or import its folder again.',
  });
}

async function inspect(root: string, relative: string): Promise<Original | null> {
  try {
    const file = path.join(root, relative);
    const inside = path.relative(await realpath(root), await realpath(file));
    if (inside.startsWith('..') || path.isAbsolute(inside)) return null;
    const stat = await lstat(file);
    return stat.isFile() ? { file, bytes: stat.size, modifiedMs: stat.mtimeMs } : null;
  } catch {
    return null;
  }
}
