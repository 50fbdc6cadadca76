import { stat } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from './runCommand.mjs';

/**
 * Why Chromium's sandbox cannot work for this user, with what to do, or null when it can. It needs either user
 * namespaces, which some Linux systems forbid, or a helper that belongs to root (mode 4755).
 * @param {string} dist Electron's folder
 * @returns {Promise<string | null>}
 */
export async function findSandboxProblem(dist) {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return null;
  const helper = path.join(dist, 'chrome-sandbox');
  const { uid, mode } = await stat(helper).catch(() => ({ uid: -1, mode: 0 }));
  if (uid === 0 && (mode & 0o7777) === 0o4755) return null;
  const probe = await runCommand('unshare', ['--user', '--map-root-user', 'true']);
  if (probe.code === 0 || probe.code === null) return null;
  return (
    "This system does not let the window have Chromium's sandbox. To allow it, run once: " +
    `sudo chown root:root '${helper}' && sudo chmod 4755 '${helper}'`
  );
}
