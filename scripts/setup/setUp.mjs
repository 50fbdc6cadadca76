import { ensureBackbones, hasBackbones } from './backbones.mjs';
import { ensureBuild, hasBuild } from './build.mjs';
import { ensureChromium, findChromium } from './chromium.mjs';
import { ensureDependencies, hasDependencies } from './dependencies.mjs';
import { ensureElectron, findElectron } from './electron.mjs';
import { readNote, writeNote } from './files.mjs';
import { ensureKernels, hasKernels } from './kernels.mjs';
import { alone } from './lock.mjs';
import { reason, say } from './progress.mjs';
import { ensureSystem, hasSystem } from './systemLibraries.mjs';
import { ensureTfjsNode, hasTfjsNode } from './tfjsNode.mjs';

/**
 * @typedef {object} Step
 * @property {() => Promise<boolean>} isDone quick: every command asks
 * @property {() => Promise<import('./outcome.mjs').Outcome>} ensure
 */

const WINDOW_WITHOUT = 'the same studio opens in your browser';
const DISPLAY_WITHOUT = 'everything but the desktop tests works';

/** Everything that set-up can do, besides the dependencies, which come first. */
const STEPS = {
  windowLibraries: {
    isDone: () => hasSystem(['window']),
    ensure: () => ensureSystem(['window'], WINDOW_WITHOUT),
  },
  display: {
    isDone: () => hasSystem(['display']),
    ensure: () => ensureSystem(['display'], DISPLAY_WITHOUT),
  },
  chromium: { isDone: async () => (await findChromium()) !== null, ensure: ensureChromium },
  tfjsNode: { isDone: () => hasTfjsNode('cpu'), ensure: () => ensureTfjsNode('cpu') },
  tfjsNodeGpu: { isDone: () => hasTfjsNode('gpu'), ensure: () => ensureTfjsNode('gpu') },
  backbones: { isDone: hasBackbones, ensure: ensureBackbones },
  electron: { isDone: async () => (await findElectron()) !== null, ensure: ensureElectron },
  kernels: { isDone: hasKernels, ensure: ensureKernels },
  build: { isDone: hasBuild, ensure: ensureBuild },
};

/** @typedef {keyof typeof STEPS} StepName */

/**
 * Brings this folder to where the named parts work; quick when they do. Dependencies are always included.
 * What could not be had is said, with what works without it, and not tried again for a while.
 * Throws when nothing can work: the dependencies or the build failed.
 * @param {readonly StepName[]} names
 * @param {{ retryAfterMs: number }} options how long a part that could not be had is left alone
 */
export async function setUp(names, options) {
  const wanted = await findUndone(names);
  if (wanted.length === 0 && (await hasDependencies())) return;
  const patient = await withoutRecentFailures(wanted, options.retryAfterMs);
  if (patient.length === 0 && (await hasDependencies())) return;
  await alone(() => setUpNow(names, options));
}

/** @param {readonly StepName[]} names @param {{ retryAfterMs: number }} options */
async function setUpNow(names, { retryAfterMs }) {
  say('Setting up Fovea Studio');
  report(await ensureDependencies());
  const steps = await withoutRecentFailures(await findUndone(names), retryAfterMs);
  // The window's libraries come before the window's check; the rest does not depend on each other.
  const outcomes = [];
  for (const name of steps.filter(isAboutSystem)) outcomes.push(await run(name));
  outcomes.push(...(await Promise.all(steps.filter((name) => !isAboutSystem(name)).map(run))));
  await noteFailures(outcomes);
}

/** @param {StepName} name */
function isAboutSystem(name) {
  return name === 'windowLibraries' || name === 'display';
}

/** @param {StepName} name */
async function run(name) {
  const outcome = await STEPS[name].ensure().catch((error) => {
    if (name === 'build' || name === 'kernels') throw error;
    const what = `${name} failed: ${reason(error)}`;
    return /** @type {import('./outcome.mjs').Outcome} */ ({ part: name, state: 'missing', what });
  });
  report(outcome);
  return { name, isMissing: outcome.state === 'missing' };
}

/** @param {readonly { name: StepName, isMissing: boolean }[]} outcomes */
async function noteFailures(outcomes) {
  const failures = Object.entries((await readNote('failures')) ?? {});
  const kept = failures.filter(([name]) => outcomes.every((outcome) => outcome.name !== name));
  const added = outcomes.filter(({ isMissing }) => isMissing).map(({ name }) => [name, Date.now()]);
  await writeNote('failures', Object.fromEntries([...kept, ...added]));
}

/** @param {readonly StepName[]} names @returns {Promise<StepName[]>} */
async function findUndone(names) {
  const done = await Promise.all(names.map((name) => STEPS[name].isDone().catch(() => false)));
  return names.filter((_name, index) => !done[index]);
}

/** @param {readonly StepName[]} names @param {number} retryAfterMs @returns {Promise<StepName[]>} */
async function withoutRecentFailures(names, retryAfterMs) {
  const failures = (await readNote('failures')) ?? {};
  return names.filter((name) => Date.now() - Number(failures[name] ?? 0) > retryAfterMs);
}

/** @param {import('./outcome.mjs').Outcome} outcome */
function report({ state, what, without }) {
  if (state === 'done') say(`✓ ${what}`);
  if (state === 'missing') say(`✗ ${what}\n  Without it: ${without ?? 'see the message'}.`);
}
