import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { translateFileError } from '../files/fileErrors.ts';
import { removeExpiredModels } from '../models/deletedModels.ts';
import { sweepUnfinishedModels } from '../models/store.ts';
import { backUp, backupFolder, listBackups, sweepBackupLeftovers, verifyDatabase } from './backup.ts';
import { openDatabase, translateDatabaseError } from './connection.ts';
import { databaseFile, libraryName } from './libraryPaths.ts';
import { takeLock, type LibraryLock } from './lock.ts';
import { migrate, needsMigration } from './migrate.ts';
import { openReadOnly } from './openReadOnly.ts';
import { peekDatabase } from './peekDatabase.ts';
import { openThumbnails, type ThumbnailStore } from './thumbnails.ts';

/** Above this size the whole-file check at open would be felt; it then runs only after an unclean end. */
const QUICK_CHECK_BYTES = 50 * 1024 * 1024;

/** One open library. Everything that touches the folder goes through it. */
export interface Library {
  readonly folder: string;
  readonly name: string;
  readonly db: Database;
  readonly isReadOnly: boolean;
  readonly thumbnails: ThumbnailStore;
  close(): void;
}

/**
 * Opens a library, making it first when asked: checks the file, takes the lock, migrates with a backup before.
 * A library on a read-only place is opened as a copy in which nothing can be changed.
 * @param options.who named to a second opener: "the studio window", "fovea import".
 * @throws FoveaError `not_found`, `conflict`, `busy`, `newer_library`, `corrupt`, `unreadable`, `no_space`.
 */
export async function openLibrary(
  folder: string,
  options: { create: boolean; who: string },
): Promise<Library> {
  const name = libraryName(folder);
  try {
    prepareFolder(folder, options.create);
    if (!isWritable(folder)) return await openReadOnly(folder, name);
    if (existsSync(databaseFile(folder))) peekDatabase(databaseFile(folder), name);
    const lock = await takeLock(folder, options.who);
    try {
      return await openWritable(folder, name, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw offerBackup(translateFileError(translateDatabaseError(error, name), name), folder);
  }
}

async function openWritable(folder: string, name: string, lock: LibraryLock): Promise<Library> {
  await sweepBackupLeftovers(folder);
  const hadUncleanEnd = fileSize(`${databaseFile(folder)}-wal`) > 0;
  const db = openDatabase(databaseFile(folder));
  try {
    if (hadUncleanEnd || fileSize(databaseFile(folder)) < QUICK_CHECK_BYTES) quickCheck(db, name);
    if (needsMigration(db)) await backUp(db, folder);
    migrate(db, name);
    sweepUnfinishedModels(db);
    await removeExpiredModels({ db, folder });
    for (const each of ['features', 'models']) mkdirSync(path.join(folder, each), { recursive: true });
    const thumbnails = openThumbnails(path.join(folder, 'thumbnails.db'));
    return {
      folder,
      name,
      db,
      isReadOnly: false,
      thumbnails,
      close: () => {
        thumbnails.close();
        db.close();
        lock.release();
      },
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

function prepareFolder(folder: string, create: boolean): void {
  if (existsSync(databaseFile(folder))) return;
  if (!create) {
    throw new FoveaError('not_found', 'There is no library in this folder.', {
      subject: path.basename(folder),
      todo: 'Choose a folder whose name ends in .fovea, or make a new library by importing images.',
    });
  }
  if (existsSync(folder) && readdirSync(folder).some((name) => !name.startsWith('lock.'))) {
    throw new FoveaError(
      'conflict',
      'This folder holds other files and no library, so none was made in it.',
      {
        subject: path.basename(folder),
        todo: 'Choose a new or an empty folder for the library.',
      },
    );
  }
  mkdirSync(folder, { recursive: true });
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    if (existsSync(databaseFile(folder))) accessSync(databaseFile(folder), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function quickCheck(db: Database, name: string): void {
  const verdict: unknown = db.pragma('quick_check(1)', { simple: true });
  if (verdict !== 'ok') {
    throw new FoveaError('corrupt', 'The library database is damaged.', { subject: name });
  }
}

/** The newest backup that passes SQLite's full check, or null. */
export function findGoodBackup(folder: string): string | null {
  for (const name of listBackups(folder)) {
    try {
      verifyDatabase(path.join(backupFolder(folder), name));
      return name;
    } catch {
      continue;
    }
  }
  return null;
}

function offerBackup(error: FoveaError, folder: string): FoveaError {
  if (error.code !== 'corrupt') return error;
  const backup = findGoodBackup(folder);
  return new FoveaError('corrupt', error.message, {
    subject: error.subject ?? libraryName(folder),
    todo:
      backup === null
        ? 'There is no backup that passes its check. Copy the folder before you try anything else.'
        : `Restore the backup ${backup}; the damaged file is kept beside it.`,
    cause: error.cause,
  });
}

function fileSize(filePath: string): number {
  return statSync(filePath, { throwIfNoEntry: false })?.size ?? 0;
}
