import { chown, mkdir, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { copyTree, exists } from '../setup/files.mjs';
import { cacheFolder, ROOT } from '../setup/locations.mjs';
import { runCommand } from '../setup/runCommand.mjs';
import { findProgram } from '../setup/systemLibraries.mjs';

/** `nobody` on every Linux. */
const UNPRIVILEGED = 65_534;

/**
 * @typedef {object} Surroundings
 * @property {string[]} before what to put in front of the command
 * @property {NodeJS.ProcessEnv} env
 * @property {number} [user]
 * @property {string | null} temporary a folder to remove afterwards
 */

/**
 * How the desktop tests run here: with a display of their own where there is none and, as root, as a user
 * without rights, because Chromium's sandbox refuses root. Where that user cannot reach this folder or the
 * kernel allows it no sandbox, root it is: then the tests start the window without the sandbox.
 * @param {string} electron the executable
 * @param {string | undefined} backbones the folder that tests take backbones from
 * @returns {Promise<Surroundings>}
 */
export async function prepareDesktop(electron, backbones) {
  const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const screen = hasDisplay ? [] : ['xvfb-run', '-a', '-s', '-screen 0 1440x900x24'];
  if (process.getuid?.() !== 0) return { before: screen, env: {}, temporary: null };
  const setpriv = await findProgram('setpriv');
  const asUser = setpriv === null ? null : await canRunAsUser(setpriv, electron);
  if (asUser === null) return { before: screen, env: {}, temporary: null };
  const home = await mkdtemp(path.join(os.tmpdir(), 'fovea-desktop-'));
  const places = { HOME: home, TMPDIR: path.join(home, 'tmp'), FOVEA_CACHE: path.join(home, 'cache') };
  if (backbones === undefined && (await exists(path.join(cacheFolder(), 'backbones')))) {
    await copyTree(path.join(cacheFolder(), 'backbones'), path.join(home, 'cache', 'backbones'));
  }
  for (const place of Object.values(places)) {
    await mkdir(place, { recursive: true });
    await chown(place, UNPRIVILEGED, UNPRIVILEGED);
  }
  const env = { ...places, FOVEA_USER_DATA: '', XDG_CACHE_HOME: '', XDG_CONFIG_HOME: '' };
  return { before: [...asUser, ...screen], env, user: UNPRIVILEGED, temporary: home };
}

/**
 * @param {string} setpriv
 * @param {string} electron
 * @returns {Promise<string[] | null>} the command that runs another one as that user
 */
async function canRunAsUser(setpriv, electron) {
  const asUser = [setpriv, `--reuid=${UNPRIVILEGED}`, `--regid=${UNPRIVILEGED}`, '--clear-groups'];
  const [program = '', ...args] = asUser;
  const reads = await runCommand(program, [...args, 'test', '-r', path.join(ROOT, 'package.json')]);
  const starts = await runCommand(program, [...args, 'test', '-x', electron]);
  // Chromium's sandbox is made of user namespaces.
  const separates = await runCommand(program, [...args, 'unshare', '--user', '--map-root-user', 'true']);
  return [reads, starts, separates].every(({ code }) => code === 0) ? asUser : null;
}
