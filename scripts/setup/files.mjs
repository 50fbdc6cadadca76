import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { MODULES } from './locations.mjs';

/** SHA-256 of a file, in hexadecimal. @returns {Promise<string>} */
export async function sha256OfFile(/** @type {string} */ file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

/** A name beside `target` that nobody else uses, so that a rename to it stays on one file system. */
export function temporaryBeside(/** @type {string} */ target) {
  return path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(5).toString('hex')}.tmp`);
}

/**
 * Fills a new folder under a temporary name and puts it in place only when `fill` has succeeded; what was
 * there before is kept until then.
 * @param {string} folder
 * @param {(temporary: string) => Promise<void>} fill
 */
export async function replaceFolder(folder, fill) {
  const temporary = temporaryBeside(folder);
  const old = temporaryBeside(folder);
  try {
    await mkdir(temporary, { recursive: true });
    await fill(temporary);
    await rename(folder, old).catch(() => undefined);
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

/**
 * Copies a folder tree; with `link`, files share their bytes with the original where the file system can.
 * @param {string} from
 * @param {string} to
 * @param {{ link?: boolean, skip?: readonly string[] }} [options] `skip` names entries of the top folder
 */
export async function copyTree(from, to, options = {}) {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (options.skip?.includes(entry.name)) continue;
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) await copyTree(source, target, { link: options.link === true });
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (!(options.link && (await tryLink(source, target)))) await copyFile(source, target);
  }
}

/** @param {string} source @param {string} target */
async function tryLink(source, target) {
  return link(source, target).then(
    () => true,
    () => false,
  );
}

/** Writes a small file in one step. @param {string} file @param {string | Uint8Array} data */
export async function writeInOneStep(file, data) {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = temporaryBeside(file);
  try {
    await writeFile(temporary, data);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Whether anything of that name is there. */
export async function exists(/** @type {string} */ file) {
  return lstat(file).then(
    () => true,
    () => false,
  );
}

/**
 * What an earlier set-up noted about a part, or null. Notes lie in node_modules, so that deleting that
 * folder forgets them.
 * @param {string} part
 * @returns {Promise<Record<string, unknown> | null>}
 */
export async function readNote(part) {
  try {
    return JSON.parse(await readFile(notePath(part), 'utf8'));
  } catch {
    return null;
  }
}

/**
 * Notes something about a part. In a folder that this user may not change, nothing is noted: it costs time only.
 * @param {string} part
 * @param {Record<string, unknown>} note
 */
export async function writeNote(part, note) {
  await writeInOneStep(notePath(part), `${JSON.stringify(note, null, 2)}\n`).catch((error) => {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
  });
}

/** @param {string} part */
export function notePath(part) {
  return path.join(MODULES, `.fovea-${part}.json`);
}
