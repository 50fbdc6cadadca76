import { createHash } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './locations.mjs';
import { say } from './progress.mjs';

/**
 * Does the work while no other set-up of this folder runs; waits for one that does. The lock of a process
 * that is gone is taken over.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function alone(work) {
  const user = process.getuid?.() ?? 'user';
  const id = createHash('sha256').update(ROOT).digest('hex').slice(0, 12);
  const file = path.join(os.tmpdir(), `fovea-setup-${user}-${id}.lock`);
  for (let waited = 0; ; waited++) {
    if (await take(file)) break;
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (holder > 0 && !isRunning(holder)) await rm(file, { force: true });
    if (waited === 2) say(`Waiting for another set-up of this folder (process ${holder}) to finish.`);
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** @param {string} file */
async function take(file) {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
