import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { sha256OfFile, writeInOneStep } from './files.mjs';

const SEAL = 'set-up.json';

/**
 * Notes what a finished folder holds, so that later changes are noticed.
 * @param {string} folder
 */
export async function sealFolder(folder) {
  /** @type {Record<string, { size: number, changed: number, sha256: string }>} */
  const files = {};
  for (const name of await readdir(folder)) {
    if (name === SEAL) continue;
    const { size, mtimeMs } = await stat(path.join(folder, name));
    files[name] = { size, changed: mtimeMs, sha256: await sha256OfFile(path.join(folder, name)) };
  }
  await writeInOneStep(path.join(folder, SEAL), `${JSON.stringify({ files }, null, 2)}\n`);
}

/**
 * Whether a sealed folder is as it was. A file is hashed again only when its size or time has changed.
 * @param {string} folder
 */
export async function isIntact(folder) {
  try {
    const { files } = JSON.parse(await readFile(path.join(folder, SEAL), 'utf8'));
    for (const [name, seal] of Object.entries(files)) {
      const { size, mtimeMs } = await stat(path.join(folder, name));
      if (size !== seal.size) return false;
      if (mtimeMs !== seal.changed && (await sha256OfFile(path.join(folder, name))) !== seal.sha256)
        return false;
    }
    return true;
  } catch {
    return false;
  }
}
