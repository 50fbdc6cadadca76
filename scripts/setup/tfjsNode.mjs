import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { answers } from './download.mjs';
import { copyTree, exists, readNote, replaceFolder, temporaryBeside, writeNote } from './files.mjs';
import { cacheFolder, MODULES, nodeForCore, ROOT } from './locations.mjs';
import { TENSORFLOW_CPU, TENSORFLOW_GPU } from './pins.mjs';
import { reason } from './progress.mjs';
import { runCommand } from './runCommand.mjs';
import { buildAgainstWheel, installFromPublisher, TFJS_PUBLISHER } from './tfjsBuild.mjs';

const VERSION = '4.22.0';
const ADDON = path.join('lib', 'napi-v8', 'tfjs_binding.node');

/**
 * Whether the native part is in place, or none is wanted: a GPU's, where there is no GPU.
 * @param {'cpu' | 'gpu'} kind
 */
export async function hasTfjsNode(kind) {
  const note = await readNote(packageOf(kind));
  const addon = path.join(MODULES, '@tensorflow', packageOf(kind), ADDON);
  if (note?.version === VERSION && (await exists(addon))) return true;
  return kind === 'gpu' && !(await hasNvidiaDriver());
}

/** @param {'cpu' | 'gpu'} kind */
function packageOf(kind) {
  return kind === 'gpu' ? 'tfjs-node-gpu' : 'tfjs-node';
}

/**
 * Makes `@tensorflow/tfjs-node` (or its GPU sister) really work: built in a copy beside the package, put in
 * its place only when a known-answer check has passed, and kept in the cache for the next clone.
 * @param {'cpu' | 'gpu'} kind
 * @returns {Promise<import('./outcome.mjs').Outcome>}
 */
export async function ensureTfjsNode(kind) {
  const part = packageOf(kind);
  const folder = path.join(MODULES, '@tensorflow', part);
  if (await hasTfjsNode(kind)) return { part, state: 'ready' };
  const problems = [];
  for (const way of waysFor(kind)) {
    try {
      await install(folder, kind, way);
      await writeNote(part, { version: VERSION, source: way.name });
      return { part, state: 'done', what: `${part} ${VERSION} (${way.name}) passed its check` };
    } catch (error) {
      problems.push(`${way.name}: ${reason(error)}`);
    }
  }
  return {
    part,
    state: 'missing',
    what: `${part} could not be had. ${problems.join('\n    ')}`,
    without:
      kind === 'gpu'
        ? 'training runs on the processor'
        : 'heads are trained by TensorFlow.js on WebAssembly, more slowly; all else works as usual',
  };
}

/**
 * @typedef {object} Way
 * @property {string} name
 * @property {string} key part of the cache folder's name
 * @property {(staged: string) => Promise<void>} build puts `lib` and `deps` into a copy of the package
 */

/**
 * The ways to get the native part, in order. The publisher's GPU library wants a CUDA 11.2 that is installed
 * already; the wheels bring theirs, so for GPUs they come first.
 * @param {'cpu' | 'gpu'} kind
 * @returns {Way[]}
 */
function waysFor(kind) {
  const wheel = kind === 'gpu' ? TENSORFLOW_GPU : TENSORFLOW_CPU;
  const publisher = {
    name: "publisher's build",
    key: 'publisher',
    build: async (/** @type {string} */ staged) => {
      if (!(await answers(TFJS_PUBLISHER))) throw new Error('its address cannot be reached');
      await installFromPublisher(staged, kind);
    },
  };
  const fromWheel = {
    name: `built against ${wheel.project} ${wheel.version}`,
    key: wheel.sha256.slice(0, 12),
    build: (/** @type {string} */ staged) => buildAgainstWheel(staged, kind),
  };
  if (process.platform !== 'linux' || process.arch !== 'x64') return [publisher];
  return kind === 'gpu' ? [fromWheel, publisher] : [publisher, fromWheel];
}

/**
 * @param {string} folder the package's folder
 * @param {'cpu' | 'gpu'} kind
 * @param {Way} way
 */
async function install(folder, kind, way) {
  const cached = path.join(
    cacheFolder(),
    `${path.basename(folder)}-${VERSION}-${process.platform}-${process.arch}-${way.key}`,
  );
  const staged = temporaryBeside(folder);
  try {
    await copyTree(folder, staged, { skip: ['deps', 'lib', 'build'] });
    const fromCache = await exists(cached);
    if (fromCache) await copyTree(cached, staged, { link: true });
    else await way.build(staged);
    try {
      await checkKnownAnswer(staged, kind);
    } catch (error) {
      if (!fromCache) throw error;
      // A damaged cache must not stop a machine that can build anew.
      await rm(cached, { recursive: true, force: true });
      await rm(staged, { recursive: true, force: true });
      await install(folder, kind, way);
      return;
    }
    if (!fromCache) await keepInCache(staged, cached);
    await replaceFolder(folder, async (empty) => {
      await rm(empty, { recursive: true });
      await rename(staged, empty);
    });
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** @param {string} staged @param {string} cached */
async function keepInCache(staged, cached) {
  await replaceFolder(cached, async (folder) => {
    for (const part of ['lib', 'deps']) {
      await copyTree(path.join(staged, part), path.join(folder, part), { link: true });
    }
  });
}

/** @param {string} staged @param {'cpu' | 'gpu'} kind */
async function checkKnownAnswer(staged, kind) {
  const script = path.join(ROOT, 'scripts', 'setup', 'checkTfjs.mjs');
  const result = await runCommand(nodeForCore(), [script, staged], {
    env: { TF_CPP_MIN_LOG_LEVEL: '2' },
    timeoutMs: 120_000,
  });
  const answer = result.stdout.trim().split('\n').at(-1);
  if (result.code !== 0) throw new Error(`its check failed: ${result.stderr.trim().slice(-600)}`);
  if (kind === 'gpu' && answer !== 'ok gpu') throw new Error('it works, but does not use the GPU');
}

/** Whether a GPU of NVIDIA and its driver are there. */
async function hasNvidiaDriver() {
  if (process.platform === 'linux') return exists('/proc/driver/nvidia/version');
  if (process.platform !== 'win32') return false;
  return (await runCommand('nvidia-smi', ['-L'], { timeoutMs: 10_000 })).code === 0;
}
