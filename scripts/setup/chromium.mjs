import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { exists, readNote, writeNote } from './files.mjs';
import { MODULES, nodeForCore } from './locations.mjs';
import { during, reason } from './progress.mjs';
import { runOrThrow } from './runCommand.mjs';
import { ensureSystem, findProgram } from './systemLibraries.mjs';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const NEEDED_BY = 'everything but the browser tests works';

/**
 * The Chromium that browser tests drive: FOVEA_CHROMIUM, the one that set-up noted, or one on the PATH.
 * @returns {Promise<string | null>}
 */
export async function findChromium() {
  const noted = (await readNote('chromium'))?.executable;
  for (const file of [process.env.FOVEA_CHROMIUM, typeof noted === 'string' ? noted : undefined]) {
    if (file && (await exists(file))) return file;
  }
  for (const name of PROGRAMS) {
    const file = await findProgram(name);
    if (file !== null) return file;
  }
  return null;
}

/**
 * Gets a Chromium for the browser tests: the system's package on Debian as root, else Playwright's download.
 * @returns {Promise<import('./outcome.mjs').Outcome>}
 */
export async function ensureChromium() {
  const part = 'chromium';
  if ((await findChromium()) !== null) return { part, state: 'ready' };
  const problems = [];
  // Ubuntu's package only points to a snap, which most containers cannot run.
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (/^ID=debian$/m.test(release)) {
    const outcome = await ensureSystem(['chromium'], NEEDED_BY);
    if ((await findChromium()) !== null) return { part, state: 'done', what: 'Chromium is installed' };
    problems.push(outcome.what ?? 'the system package brought none');
  }
  try {
    const executable = await installWithPlaywright();
    await writeNote('chromium', { executable });
    return { part, state: 'done', what: "Chromium is installed by Playwright's set-up" };
  } catch (error) {
    problems.push(reason(error));
    return {
      part,
      state: 'missing',
      what: `Chromium could not be had. ${problems.join('\n    ')}`,
      without: NEEDED_BY,
    };
  }
}

async function installWithPlaywright() {
  const tool = path.join(MODULES, 'playwright', 'cli.js');
  await during('Getting Chromium with Playwright', () =>
    runOrThrow(nodeForCore(), [tool, 'install', 'chromium'], { timeoutMs: 10 * 60_000 }),
  );
  const { chromium } = await import('playwright');
  const executable = chromium.executablePath();
  if (!(await exists(executable))) throw new Error('Playwright installed no Chromium');
  return executable;
}
