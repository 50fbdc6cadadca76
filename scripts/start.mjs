import path from 'node:path';
import { findElectron } from './setup/electron.mjs';
import { ROOT } from './setup/locations.mjs';
import { reason, say } from './setup/progress.mjs';
import { callersFolder, runInNode, runToTheEnd } from './setup/runInNode.mjs';
import { findSandboxProblem } from './setup/sandbox.mjs';
import { setUp } from './setup/setUp.mjs';

const TEN_MINUTES = 600_000;
/** @type {import('./setup/setUp.mjs').StepName[]} */
const PARTS = ['windowLibraries', 'electron', 'tfjsNode', 'tfjsNodeGpu', 'backbones', 'kernels', 'build'];

const [given] = process.argv.slice(2);
const folder = given === undefined ? null : path.resolve(callersFolder('start'), given);
try {
  await setUp(PARTS, { retryAfterMs: TEN_MINUTES });
  process.exitCode = await openStudio();
} catch (error) {
  say(`The studio could not be set up: ${reason(error)}`);
  process.exitCode = 1;
}

/** Opens the window, or serves the same studio where there can be none. */
async function openStudio() {
  const electron = await findElectron();
  const problem = await findWindowProblem(electron);
  if (electron !== null && problem === null) {
    // As root Chromium's sandbox cannot be used; everybody else has it.
    const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const imported = folder === null ? [] : [`--import=${folder}`];
    return runToTheEnd(electron.executable, [...flags, ROOT, ...imported], { cwd: ROOT });
  }
  say(`${problem}\nThe same studio is served for your browser instead.`);
  const imported = folder === null ? [] : ['--import', folder];
  return runInNode(path.join(ROOT, 'src', 'main', 'cli', 'main.ts'), ['serve', ...imported], { cwd: ROOT });
}

/** @param {import('./setup/electron.mjs').ElectronNote | null} electron */
async function findWindowProblem(electron) {
  if (electron === null) return 'There is no Electron on this machine.';
  if (!hasDisplay()) return 'There is no display here.';
  return findSandboxProblem(electron.dist);
}

function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}
