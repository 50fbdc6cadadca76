import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { exists, sha256OfFile } from './files.mjs';
import { cacheFolder } from './locations.mjs';
import { during } from './progress.mjs';
import { findNpm, firstThatRuns, runOrThrow } from './runCommand.mjs';

/** How long a publisher's address may take to answer before another way is taken. */
const ANSWER_MS = 8_000;
const DOWNLOAD_MS = 20 * 60_000;

/**
 * Whether an address answers at all (any status below 500).
 * @param {string} address
 * @returns {Promise<boolean>}
 */
export async function answers(address) {
  try {
    const response = await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_MS) });
    return response.status < 500;
  } catch {
    return false;
  }
}

/**
 * An npm package's archive from the cache or the registry that npm is set to.
 * @param {import('./pins.mjs').NpmPin} pin
 * @returns {Promise<string>} path of the checked `.tgz`
 */
export function fetchPackage(pin) {
  const name = pin.package.replace('@', '').replaceAll('/', '-');
  return fetchToCache(`${name}-${pin.version}.tgz`, pin, async (folder) => {
    const npm = findNpm();
    const args = [
      'pack',
      `${pin.package}@${pin.version}`,
      '--ignore-scripts',
      '--silent',
      '--pack-destination',
      folder,
    ];
    await runOrThrow(npm.command, [...npm.before, ...args], { cwd: folder, timeoutMs: DOWNLOAD_MS });
  });
}

/**
 * A Python wheel from the cache or the index that pip is set to; for Linux x64 whatever Python runs pip.
 * @param {import('./pins.mjs').WheelPin} pin
 * @returns {Promise<string>} path of the checked wheel
 */
export function fetchWheel(pin) {
  return fetchToCache(pin.file, pin, async (folder) => {
    const [command, ...before] = await findPip();
    const platforms = ['manylinux_2_17_x86_64', 'manylinux2014_x86_64', 'manylinux1_x86_64'];
    const args = [
      'download',
      '--no-deps',
      '--only-binary=:all:',
      '--python-version',
      '311',
      '--no-cache-dir',
    ];
    for (const platform of platforms) args.push('--platform', platform);
    args.push('--disable-pip-version-check', '--quiet', '--dest', folder, `${pin.project}==${pin.version}`);
    await runOrThrow(command, [...before, ...args], { cwd: folder, timeoutMs: DOWNLOAD_MS });
  });
}

/** @returns {Promise<[string, ...string[]]>} the command that runs pip */
async function findPip() {
  const found = await firstThatRuns([
    ['python3', '-m', 'pip', '--version'],
    ['python', '-m', 'pip', '--version'],
    ['py', '-3', '-m', 'pip', '--version'],
    ['pip3', '--version'],
  ]);
  if (found === null) throw new Error('Python with pip is needed to fetch it, and none was found.');
  return /** @type {[string, ...string[]]} */ (found.slice(0, -1));
}

/**
 * A file from the cache, or else downloaded into it; accepted by its SHA-256 either way. Throws, and keeps
 * nothing, when what came is another file.
 * @param {string} name file name in the cache
 * @param {{ sha256: string, megabytes: number }} pin
 * @param {(folder: string) => Promise<void>} download puts exactly one file into the folder
 */
export async function fetchToCache(name, pin, download) {
  const folder = path.join(cacheFolder(), 'downloads', pin.sha256.slice(0, 16));
  const file = path.join(folder, name);
  if (await exists(file)) {
    if ((await sha256OfFile(file)) === pin.sha256) return file;
    await rm(file, { force: true });
  }
  await mkdir(folder, { recursive: true });
  const temporary = await mkdtemp(path.join(folder, 'part-'));
  try {
    await during(`Downloading ${name} (${pin.megabytes} MB)`, () => download(temporary));
    const [fetched] = await readdir(temporary);
    if (fetched === undefined) throw new Error(`${name} could not be downloaded.`);
    const actual = await sha256OfFile(path.join(temporary, fetched));
    if (actual !== pin.sha256) {
      throw new Error(
        `${name} is not the file it should be (SHA-256 ${actual.slice(0, 12)}…), so it was thrown away.`,
      );
    }
    await rename(path.join(temporary, fetched), file);
    return file;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
