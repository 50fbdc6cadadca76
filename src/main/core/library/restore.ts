import { existsSync } from 'node:fs';
import { copyFile, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { FoveaError } from '../../../shared/errors.ts';
import { translateFileError } from '../files/fileErrors.ts';
import { syncFolder } from '../files/writeAtomic.ts';
import { backupFolder, verifyDatabase } from './backup.ts';
import { translateDatabaseError } from './connection.ts';
import { findGoodBackup } from './library.ts';
import { databaseFile, libraryName } from './libraryPaths.ts';
import { takeLock, type LibraryLock } from './lock.ts';

/**
 * Puts the newest good backup in the place of the database. The present file is kept as
 * `library.db.replaced-<time>`, so the restore itself can be undone.
 * Nothing is moved unless all of it can be.
 * @throws FoveaError `not_found` without a good backup, `busy` when the library is open, `no_space`, `unreadable`.
 */
export async function restoreBackup(folder: string): Promise<{ backup: string; kept: string | null }> {
  const backup = findGoodBackup(folder);
  if (backup === null) {
    throw new FoveaError('not_found', 'There is no backup that passes its check.', {
      subject: libraryName(folder),
    });
  }
  const file = databaseFile(folder);
  const copy = `${file}.restoring`;
  const moved: [from: string, to: string][] = [];
  let lock: LibraryLock | null = null;
  try {
    lock = await takeLock(folder, 'a restore');
    await copyFile(path.join(backupFolder(folder), backup), copy);
    verifyDatabase(copy);
    await syncFile(copy);
    const suffix = `replaced-${Date.now()}`;
    // A write-ahead log belongs to the file it was written for; left beside another one it would damage it.
    for (const ending of ['', '-wal', '-shm']) {
      if (!existsSync(file + ending)) continue;
      const kept = `${file}.${suffix}${ending}`;
      await rename(file + ending, kept);
      moved.push([file + ending, kept]);
    }
    await rename(copy, file);
    await syncFolder(folder);
    const kept = moved.find(([from]) => from === file)?.[1];
    return { backup, kept: kept === undefined ? null : path.basename(kept) };
  } catch (error) {
    for (const [from, to] of moved) await rename(to, from).catch(() => undefined);
    await rm(copy, { force: true }).catch(() => undefined);
    const name = libraryName(folder);
    throw translateFileError(translateDatabaseError(error, name), name);
  } finally {
    lock?.release();
  }
}

async function syncFile(filePath: string): Promise<void> {
  const handle = await open(filePath, 'r+');
  await handle.sync().finally(() => handle.close());
}
