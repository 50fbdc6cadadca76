import os from 'node:os';
import path from 'node:path';

/**
 * The folder for what can be made or fetched again at any time (graphs, backbones, runtimes); `FOVEA_CACHE`
 * moves it. Deleting it costs time, never data.
 */
export function cacheFolder(): string {
  const chosen = process.env['FOVEA_CACHE'];
  if (chosen !== undefined && chosen !== '') return chosen;
  return path.join(platformCache(), 'fovea-studio');
}

function platformCache(): string {
  if (process.platform === 'win32') {
    return process.env['LOCALAPPDATA'] ?? path.join(os.homedir(), 'AppData', 'Local');
  }
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Caches');
  const chosen = process.env['XDG_CACHE_HOME'];
  return chosen !== undefined && path.isAbsolute(chosen) ? chosen : path.join(os.homedir(), '.cache');
}
