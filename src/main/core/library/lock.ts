import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import * as v from 'valibot';
import { FoveaError } from '../../../shared/errors.ts';
import { writeFileAtomic } from '../files/writeAtomic.ts';

const OwnerSchema = v.object({ pid: v.number(), who: v.string(), since: v.number() });
export type LockOwner = v.InferOutput<typeof OwnerSchema>;

export interface LibraryLock {
  release(): void;
}

/**
 * Takes the library for this process. The lock is an exclusive SQLite transaction on a file of its own: the
 * operating system drops it when the process ends, however it ends, so no stale lock can stay behind.
 * @throws FoveaError `busy` that names the present owner.
 */
export async function takeLock(folder: string, who: string): Promise<LibraryLock> {
  const ownerFile = path.join(folder, 'lock.json');
  const db = new Database(path.join(folder, 'lock.db'));
  try {
    db.pragma('busy_timeout = 200');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw describeOwner(folder, readOwner(ownerFile));
    }
    throw error;
  }
  // The name is only for people; a full disk must not keep a library from being opened.
  await writeFileAtomic(
    ownerFile,
    JSON.stringify({ pid: process.pid, who, since: Date.now() } satisfies LockOwner),
  ).catch(() => rm(ownerFile, { force: true }).catch(() => undefined));
  return {
    release: () => {
      if (db.open) db.close();
    },
  };
}

function readOwner(ownerFile: string): LockOwner | null {
  try {
    const parsed = v.safeParse(OwnerSchema, JSON.parse(readFileSync(ownerFile, 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

function describeOwner(folder: string, owner: LockOwner | null): FoveaError {
  const by =
    owner === null
      ? 'another program'
      : `${owner.who} (process ${owner.pid}, since ${new Date(owner.since).toLocaleTimeString('en-GB')})`;
  return new FoveaError('busy', `This library is already open in ${by}.`, {
    subject: path.basename(folder),
    todo: 'Close it there first, or use it there.',
  });
}
