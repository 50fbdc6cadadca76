import { rm } from 'node:fs/promises';
import path from 'node:path';
import { findChromium } from './setup/chromium.mjs';
import { findElectron } from './setup/electron.mjs';
import { exists } from './setup/files.mjs';
import { ROOT } from './setup/locations.mjs';
import { reason } from './setup/progress.mjs';
import { setUp } from './setup/setUp.mjs';
import { hasSystem } from './setup/systemLibraries.mjs';
import { summarise } from './testing/countTests.mjs';
import { prepareDesktop } from './testing/desktopUser.mjs';
import { runChecks } from './testing/runChecks.mjs';
import { runSuite } from './testing/runSuite.mjs';

// `npm test` runs everything; `npm test -- checks core` only the named parts: checks, core, browser, desktop.

const PARTS = ['checks', 'core', 'browser', 'desktop'];
const TEN_MINUTES = 600_000;

const chosen = process.argv.slice(2);
const unknown = chosen.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) {
  console.log(`There is no part ${unknown.join(', ')}; the parts are ${PARTS.join(', ')}.`);
  process.exit(2);
}

/** @type {import('./testing/countTests.mjs').Count[]} */
const counts = [];
for (const part of PARTS.filter((each) => chosen.length === 0 || chosen.includes(each))) {
  try {
    if (counts.length === 0) await setUpForTests();
    counts.push(...(await runPart(part)));
  } catch (error) {
    counts.push(failed(`${part}: ${reason(error)}`));
  }
}
const failures = counts.flatMap((count) => count.failures);
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((name) => `  ✗ ${name}`).join('\n')}`);
console.log(`\n${summarise(counts)}`);
process.exitCode = failures.length > 0 ? 1 : 0;

function setUpForTests() {
  /** @type {import('./setup/setUp.mjs').StepName[]} */
  const steps = [
    'windowLibraries',
    'display',
    'chromium',
    'tfjsNode',
    'tfjsNodeGpu',
    'backbones',
    'electron',
    'kernels',
    'build',
  ];
  return setUp(steps, { retryAfterMs: TEN_MINUTES });
}

/** @param {string} part */
async function runPart(part) {
  if (part === 'checks') return runChecks();
  if (part === 'core') return [await runSuite('core', { env: await surroundings() })];
  return [part === 'browser' ? await runBrowserTests() : await runDesktopTests()];
}

async function runBrowserTests() {
  const chromium = await findChromium();
  if (chromium === null) {
    return failed(
      'browser: there is no Chromium to run these tests in; the set-up said why (FOVEA_CHROMIUM names one)',
    );
  }
  return runSuite('browser', { env: { ...(await surroundings()), FOVEA_CHROMIUM: chromium } });
}

async function runDesktopTests() {
  const electron = await findElectron();
  if (electron === null)
    return failed('desktop: there is no Electron to run these tests in; the set-up said why');
  const hasDisplay = process.env.DISPLAY || process.env.WAYLAND_DISPLAY || (await hasSystem(['display']));
  if (!hasDisplay)
    return failed('desktop: there is no display and no xvfb; the set-up said which command to run');
  const common = await surroundings();
  const desktop = await prepareDesktop(electron.executable, common.FOVEA_BACKBONES);
  try {
    return await runSuite('desktop', {
      before: desktop.before,
      ...(desktop.user === undefined ? {} : { user: desktop.user }),
      env: { ...common, ...desktop.env },
    });
  } finally {
    if (desktop.temporary !== null) await rm(desktop.temporary, { recursive: true, force: true });
  }
}

/** What every suite sees: the shared backbones where they lie beside this folder, and quiet engines. */
async function surroundings() {
  const shared = path.join(process.env.FOVEA_SHARED ?? path.join(ROOT, '..', 'shared'), 'models');
  const backbones =
    process.env.FOVEA_BACKBONES ?? ((await exists(shared)) ? path.resolve(shared) : undefined);
  return {
    TF_CPP_MIN_LOG_LEVEL: '2',
    ...(backbones === undefined ? {} : { FOVEA_BACKBONES: backbones }),
  };
}

/** @param {string} name @returns {import('./testing/countTests.mjs').Count} */
function failed(name) {
  return { passed: 0, failed: 1, skipped: 0, failures: [name] };
}
