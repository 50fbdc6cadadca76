import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const MODULES = path.join(ROOT, 'node_modules');

/**
 * Where downloads and built runtimes are kept between clones; `FOVEA_CACHE` names another folder. The core
 * looks for backbones in the same place (src/main/core/files/cacheFolder.ts).
 */
export function cacheFolder(env = process.env, platform = process.platform, home = os.homedir()) {
  if (env.FOVEA_CACHE) return path.resolve(env.FOVEA_CACHE);
  if (platform === 'win32') {
    return path.join(env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'fovea-studio');
  }
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'fovea-studio');
  const xdg = env.XDG_CACHE_HOME;
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(home, '.cache'), 'fovea-studio');
}

/** The folder of the Node 24 that comes as a package for this platform. */
const NODE_PACKAGE = path.join(
  MODULES,
  `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
);

/** Headers that native code is built against; null where the Node in use came without them. */
export function nodeHeaders() {
  for (const folder of [NODE_PACKAGE, path.resolve(process.execPath, '..', '..')]) {
    if (existsSync(path.join(folder, 'include', 'node', 'node_api.h'))) return folder;
  }
  return null;
}

/**
 * The Node that runs the core: the packaged Node 24, or the running one if it is new enough.
 * Throws when neither is there, with what to do.
 */
export function nodeForCore() {
  const packaged =
    process.platform === 'win32'
      ? path.join(NODE_PACKAGE, 'bin', 'node.exe')
      : path.join(NODE_PACKAGE, 'bin', 'node');
  if (existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Error(
    `Node 24 is needed and no package of it exists for ${process.platform}-${process.arch}: install Node 24 and run the command again.`,
  );
}
