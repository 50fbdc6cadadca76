import { existsSync, readdirSync, rmSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openDatabase, readOnlyLibrary } from './connection.ts';
import type { Library } from './library.ts';
import { databaseFile } from './libraryPaths.ts';
import { migrate } from './migrate.ts';
import { peekDatabase } from './peekDatabase.ts';
import { openThumbnails } from './thumbnails.ts';

/** Private copies are named with the process they belong to, so that those of dead processes can be told. */
const COPY_NAME = /^fovea-read-only-(\d+)-/;

/**
 * Opens a library that cannot be written to. A WAL database cannot be opened on a read-only file system at all,
 * so a private copy is opened instead, in which nothing can be changed; it goes when the library is closed.
 * @throws FoveaError `unreadable` when there is no library yet, `corrupt`, `newer_library`, and file errors.
 */
export async function openReadOnly(folder: string, name: string): Promise<Library> {
  if (!existsSync(databaseFile(folder))) throw readOnlyLibrary(name);
  peekDatabase(databaseFile(folder), name);
  await sweepReadOnlyCopies();
  const copyFolder = await mkdtemp(path.join(os.tmpdir(), `fovea-read-only-${process.pid}-`));
  try {
    for (const each of ['library.db', 'library.db-wal', 'thumbnails.db']) {
      const file = path.join(folder, each);
      if (existsSync(file)) await copyFile(file, path.join(copyFolder, each));
    }
    return openCopy(copyFolder, folder, name);
  } catch (error) {
    await rm(copyFolder, { recursive: true, force: true });
    throw error;
  }
}

function openCopy(copyFolder: string, folder: string, name: string): Library {
  const db = openDatabase(databaseFile(copyFolder));
  try {
    migrate(db, name);
    db.pragma('query_only = ON');
    const thumbnails = openThumbnails(path.join(copyFolder, 'thumbnails.db'));
    return {
      folder,
      name,
      db,
      isReadOnly: true,
      thumbnails,
      close: () => {
        thumbnails.close();
        db.close();
        rmSync(copyFolder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Removes the copies that killed processes left behind. */
async function sweepReadOnlyCopies(): Promise<void> {
  for (const name of readdirSync(os.tmpdir())) {
    const owner = COPY_NAME.exec(name)?.[1];
    if (owner === undefined || isRunning(Number(owner))) continue;
    await rm(path.join(os.tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not allowed to ask means that it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
