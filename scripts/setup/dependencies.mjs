import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MODULES, ROOT } from './locations.mjs';
import { during } from './progress.mjs';
import { findNpm, runOrThrow } from './runCommand.mjs';

const STAMP = path.join(MODULES, '.fovea-stamp');

/**
 * Whether node_modules is what package-lock.json asks for.
 * @returns {Promise<boolean>}
 */
export async function hasDependencies() {
  const lock = await readFile(path.join(ROOT, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  const stamp = await readFile(STAMP, 'utf8').catch(() => '');
  if (stamp.trim() === hash) return true;
  const installed = await readFile(path.join(MODULES, '.package-lock.json'), 'utf8').catch(() => null);
  if (installed === null || !holdsAll(JSON.parse(lock.toString()), JSON.parse(installed))) return false;
  // Only saves time: whoever may not write here compares the lists again.
  await writeFile(STAMP, `${hash}\n`).catch(() => undefined);
  return true;
}

/**
 * Installs what package-lock.json asks for. Throws when npm fails: nothing works without.
 * @returns {Promise<import('./outcome.mjs').Outcome>}
 */
export async function ensureDependencies() {
  const part = 'dependencies';
  if (await hasDependencies()) return { part, state: 'ready' };
  const npm = findNpm();
  // Windows cannot delete the Node that runs us, which `ci` would try when it lies in node_modules.
  const verb = process.execPath.startsWith(MODULES) && process.platform === 'win32' ? 'install' : 'ci';
  const args = [...npm.before, verb, '--no-audit', '--no-fund', '--loglevel=error'];
  await during('Installing the dependencies with npm', () =>
    runOrThrow(npm.command, args, { cwd: ROOT, timeoutMs: 20 * 60_000 }),
  );
  const lock = await readFile(path.join(ROOT, 'package-lock.json'));
  await writeFile(STAMP, `${createHash('sha256').update(lock).digest('hex')}\n`);
  return { part, state: 'done', what: 'the dependencies are installed' };
}

/**
 * @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} Locked
 * @param {{ packages: Record<string, Locked> }} wanted package-lock.json
 * @param {{ packages: Record<string, Locked> }} installed what npm noted about node_modules
 */
export function holdsAll(wanted, installed) {
  return Object.entries(wanted.packages).every(([place, { version, optional, devOptional }]) => {
    if (place === '') return true;
    const there = installed.packages[place];
    return there === undefined ? optional === true || devOptional === true : there.version === version;
  });
}
