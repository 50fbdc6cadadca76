import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { translateFileError } from './fileErrors.ts';

/**
 * Writes a file so that a reader sees the old content or the whole new one, never a part: temporary name in
 * the same folder, fsync, rename, fsync of the folder. Throws FoveaError (`no_space`, `unreadable`, …).
 */
export async function writeFileAtomic(filePath: string, data: string | Uint8Array): Promise<void> {
  const temporary = temporaryName(filePath);
  try {
    await mkdir(path.dirname(filePath), { recursive: true });
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, filePath);
    await syncFolder(path.dirname(filePath));
  } catch (error) {
    await rm(temporary, { force: true });
    throw translateFileError(error, filePath);
  }
}

/**
 * Builds a folder under a temporary name with `fill`, then moves it to its final name in one step; an
 * existing folder of that name is replaced only once the new one is complete.
 */
export async function replaceFolderAtomic(
  folder: string,
  fill: (temporaryFolder: string) => Promise<void>,
): Promise<void> {
  const temporary = temporaryName(folder);
  const old = temporaryName(folder);
  try {
    await mkdir(temporary, { recursive: true });
    await fill(temporary);
    await syncFolder(temporary);
    const hadOld = await rename(folder, old).then(
      () => true,
      () => false,
    );
    try {
      await rename(temporary, folder);
    } catch (error) {
      if (hadOld) await rename(old, folder);
      throw error;
    }
    await syncFolder(path.dirname(folder));
  } catch (error) {
    throw translateFileError(error, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

/** Makes a rename durable; not every platform can open a folder (Windows), where the rename itself suffices. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function temporaryName(target: string): string {
  return path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
}
