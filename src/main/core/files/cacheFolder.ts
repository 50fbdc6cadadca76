import os from 'node:os';
import path from 'node:path';

/**
 * The folder for what can be made or fetched again at any time (graphs, backbones, runtimes); `FOVEA_CACHE`
 * moves it. Deleting it costs time, never data. The set-up scripts use the same one.
 */
export function cacheFolder(): string {
  const chosen = process.env['FOVEA_CACHE'];
  if (chosen !== undefined && chosen !== '') return path.resolve(chosen);
  if (process.platform === 'win32') {
    const local = process.env['LOCALAPPDATA'] ?? path.join(os.homedir(), 'AppData', 'Local');
    return path.join(local, 'fovea-studio', 'Cache');
  }
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Caches', 'fovea-studio');
  const xdg = process.env['XDG_CACHE_HOME'];
  const base = xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(os.homedir(), '.cache');
  return path.join(base, 'fovea-studio');
}
