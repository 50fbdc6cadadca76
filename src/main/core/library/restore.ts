import { existsSync } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { FoveaError } from '../../../shared/errors.ts';
import { translateFileError } from '../files/fileErrors.ts';
import { backupFolder, verifyDatabase } from './backup.ts';
import { databaseFile, findGoodBackup, libraryName } from './library.ts';
import { takeLock } from './lock.ts';

/**
 * Puts the newest good backup in the place of the database. The present file is kept as
 * `library.db.replaced-<time>`, so the restore itself can be undone.
 * @throws FoveaError `not_found` without a good backup, `busy` when the library is open.
 */
export async function restoreBackup(folder: string): Promise<{ backup: string; kept: string | null }> {
  const backup = findGoodBackup(folder);
  if (backup === null) {
    throw new FoveaError('not_found', 'There is no backup that passes its check.', {
      subject: libraryName(folder),
    });
  }
  const lock = await takeLock(folder, 'a restore');
  try {
    const file = databaseFile(folder);
    const copy = `${file}.restoring`;
    await copyFile(path.join(backupFolder(folder), backup), copy);
    verifyDatabase(copy);
    const suffix = `replaced-${Date.now()}`;
    let kept: string | null = null;
    // A write-ahead log belongs to the file it was written for; left beside another one it would damage it.
    for (const ending of ['', '-wal', '-shm']) {
      if (!existsSync(file + ending)) continue;
      await rename(file + ending, `${file}.${suffix}${ending}`);
      if (ending === '') kept = `${path.basename(file)}.${suffix}`;
    }
    await rename(copy, file);
    return { backup, kept };
  } catch (error) {
    throw translateFileError(error, libraryName(folder));
  } finally {
    lock.release();
  }
}
