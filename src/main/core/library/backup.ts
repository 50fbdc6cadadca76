import { mkdirSync, readdirSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { translateFileError } from '../files/fileErrors.ts';
import { syncFolder } from '../files/writeAtomic.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import { translateDatabaseError } from './connection.ts';

/** How many backups are kept: the newest ten, then the last one of each of twelve earlier days. */
const KEEP_RECENT = 10;
const KEEP_DAYS = 12;

export function backupFolder(libraryFolder: string): string {
  return path.join(libraryFolder, 'backups');
}

/** Names of finished backups, newest first. */
export function listBackups(libraryFolder: string): string[] {
  try {
    return readdirSync(backupFolder(libraryFolder))
      .filter((name) => /^library-\d{8}-\d{6}-\d{3}\.db$/.test(name))
      .sort()
      .reverse();
  } catch {
    return [];
  }
}

/**
 * Copies the database while it is in use, checks the copy, and only then gives it its final name; older
 * backups are thinned only after that. A damaged database never replaces a good backup.
 * @throws FoveaError `corrupt` when the copy fails its check, `no_space`, `unreadable`.
 */
export async function backUp(db: Database.Database, libraryFolder: string): Promise<string> {
  const folder = backupFolder(libraryFolder);
  const name = `library-${timestamp(new Date())}.db`;
  const temporary = path.join(folder, `.${name}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    await db.backup(temporary);
    await verifyAside(temporary);
    const handle = await open(temporary, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(temporary, path.join(folder, name));
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true });
    throw translateFileError(translateDatabaseError(error, name), name);
  }
  await thinBackups(libraryFolder);
  return path.join(folder, name);
}

/** Removes what a killed backup left behind. */
export async function sweepBackupLeftovers(libraryFolder: string): Promise<void> {
  const folder = backupFolder(libraryFolder);
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names.filter((each) => /^\.library-.*\.tmp/.test(each))) {
    await rm(path.join(folder, name), { force: true });
  }
}

/** Checks a file in a process of its own: reading the whole of a large database takes seconds. */
async function verifyAside(filePath: string): Promise<void> {
  const worker = new WorkerProcess(new URL('./check.worker.ts', import.meta.url));
  try {
    await worker.call('verify', { filePath });
  } finally {
    worker.kill();
  }
}

/** @throws FoveaError `corrupt` when SQLite's own check finds anything. */
export function verifyDatabase(filePath: string): void {
  const copy = new Database(filePath, { readonly: true });
  try {
    const verdict: unknown = copy.pragma('integrity_check', { simple: true });
    if (verdict !== 'ok') {
      throw new FoveaError('corrupt', 'The copy of the database did not pass its check.', {
        subject: path.basename(filePath),
        todo: 'Check the library; earlier backups were kept.',
      });
    }
  } finally {
    copy.close();
  }
}

async function thinBackups(libraryFolder: string): Promise<void> {
  const days = new Set<string>();
  for (const [index, name] of listBackups(libraryFolder).entries()) {
    if (index < KEEP_RECENT) continue;
    const day = name.slice('library-'.length, 'library-'.length + 8);
    if (!days.has(day) && days.size < KEEP_DAYS) {
      days.add(day);
      continue;
    }
    await rm(path.join(backupFolder(libraryFolder), name), { force: true });
  }
}

function timestamp(date: Date): string {
  const iso = date.toISOString();
  return `${iso.slice(0, 10).replaceAll('-', '')}-${iso.slice(11, 19).replaceAll(':', '')}-${iso.slice(20, 23)}`;
}
