import { access, constants, readFile } from 'node:fs/promises';
import path from 'node:path';
import { readNote, writeNote } from './files.mjs';
import { during, reason } from './progress.mjs';
import { runCommand, runOrThrow } from './runCommand.mjs';

/**
 * What programs outside node_modules need from the system.
 * @typedef {object} Need
 * @property {string} label
 * @property {readonly string[]} libraries shared libraries, by their file names
 * @property {readonly string[]} programs found on the PATH
 * @property {readonly string[]} packages of Debian and Ubuntu that bring them
 */

/** @typedef {'window' | 'display' | 'compiler' | 'chromium'} NeedName */

/** @type {Readonly<Record<NeedName, Need>>} */
const NEEDS = {
  window: {
    label: "the window's libraries",
    libraries: [
      ...['libgtk-3.so.0', 'libnss3.so', 'libasound.so.2', 'libgbm.so.1', 'libXss.so.1'],
      ...['libatk-bridge-2.0.so.0', 'libnotify.so.4', 'libXtst.so.6', 'libdrm.so.2', 'libsecret-1.so.0'],
    ],
    programs: [],
    packages: [
      ...['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1', 'libatk-bridge2.0-0', 'libnotify4'],
      ...['libxtst6', 'libdrm2', 'libsecret-1-0', 'fonts-dejavu-core'],
    ],
  },
  display: {
    label: 'a display for tests',
    libraries: [],
    programs: ['xvfb-run', 'Xvfb', 'xauth'],
    packages: ['xvfb', 'xauth'],
  },
  compiler: {
    label: 'a compiler',
    libraries: [],
    programs: ['python3', 'make', 'g++'],
    packages: ['python3', 'python3-pip', 'make', 'g++'],
  },
  chromium: {
    label: 'Chromium',
    libraries: [],
    programs: ['chromium'],
    packages: ['chromium', 'fonts-dejavu-core'],
  },
};

/**
 * Whether an earlier look found all of it.
 * @param {readonly NeedName[]} names
 */
export async function hasSystem(names) {
  if (process.platform !== 'linux') return true;
  const noted = (await readNote('system'))?.found;
  return Array.isArray(noted) && names.every((name) => noted.includes(name));
}

/**
 * Makes sure that the system has what is needed: installs it as root on Debian and Ubuntu, elsewhere says
 * which command to run. Only Linux needs any of it.
 * @param {readonly NeedName[]} names
 * @param {string} without what still works without them
 * @returns {Promise<import('./outcome.mjs').Outcome>}
 */
export async function ensureSystem(names, without) {
  const part = 'system libraries';
  if (process.platform !== 'linux') return { part, state: 'skipped' };
  const noted = /** @type {string[]} */ ((await readNote('system'))?.found ?? []);
  /** @type {NeedName[]} */
  const missing = [];
  for (const name of names) if (!noted.includes(name) && !(await isThere(NEEDS[name]))) missing.push(name);
  if (missing.length > 0) {
    const packages = [...new Set(missing.flatMap((name) => NEEDS[name].packages))];
    const labels = missing.map((name) => NEEDS[name].label).join(', ');
    if (!(await isDebian())) {
      return {
        part,
        state: 'missing',
        what: `Missing: ${labels}. Install what your system calls ${packages.join(' ')}`,
        without,
      };
    }
    if (process.getuid?.() !== 0) {
      const command = `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
      return { part, state: 'missing', what: `Missing: ${labels}. Run: ${command}`, without };
    }
    try {
      await during(`Installing ${labels} (${packages.length} system packages)`, () =>
        installPackages(packages),
      );
    } catch (error) {
      return { part, state: 'missing', what: `${labels} could not be installed: ${reason(error)}`, without };
    }
  }
  await writeNote('system', { found: [...new Set([...noted, ...names])] });
  return missing.length === 0
    ? { part, state: 'ready' }
    : { part, state: 'done', what: `installed ${missing.map((name) => NEEDS[name].label).join(', ')}` };
}

/** Whether all of a need is on this machine. */
async function isThere(/** @type {Need} */ need) {
  for (const program of need.programs) if ((await findProgram(program)) === null) return false;
  if (need.libraries.length === 0) return true;
  const listed = await runCommand('/sbin/ldconfig', ['-p']);
  if (listed.code !== 0) return false;
  return need.libraries.every((library) => listed.stdout.includes(`\t${library} `));
}

/**
 * The full path of a program on the PATH, or null.
 * @param {string} name
 * @returns {Promise<string | null>}
 */
export async function findProgram(name) {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    if (folder === '') continue;
    const file = path.join(folder, name);
    const isHere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isHere) return file;
  }
  return null;
}

async function isDebian() {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release) && (await findProgram('apt-get')) !== null;
}

let queue = Promise.resolve();
let isListed = false;

/** One after the other: the package manager allows one user at a time. */
function installPackages(/** @type {readonly string[]} */ packages) {
  const work = queue.then(() => installNow(packages));
  queue = work.catch(() => undefined);
  return work;
}

/** @param {readonly string[]} packages */
async function installNow(packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  if (!isListed) {
    await runOrThrow('apt-get', ['update', '-qq'], { env, timeoutMs: 5 * 60_000 });
    isListed = true;
  }
  const names = [];
  for (const name of packages) names.push(await currentName(name));
  const flags = ['-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];
  await runOrThrow('apt-get', ['install', ...flags, ...names], { env, timeoutMs: 15 * 60_000 });
}

/** Newer releases renamed libraries for 64-bit time: libgtk-3-0 became libgtk-3-0t64. */
async function currentName(/** @type {string} */ name) {
  const answer = await runCommand('apt-cache', ['policy', name]);
  return /Candidate: (?!\(none\))/.test(answer.stdout) ? name : `${name}t64`;
}
