import type * as WasmBackend from '@tensorflow/tfjs-backend-wasm';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FoveaError } from '../../../shared/errors.ts';
import type { EngineName } from '../../../shared/training.ts';
import { installNodeShims } from '../workers/nodeShims.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import type { EngineCandidate, OpenEngine, Tf } from './engines.ts';
import { findNvidiaGpu } from './nvidia.ts';

type NativeName = Exclude<EngineName, 'wasm'>;

const require = createRequire(import.meta.url);
/** The native build that this process holds: two copies of TensorFlow in one process crash it. */
let loadedNative: NativeName | null = null;
/** The wasm build takes its settings only before its first start. */
let isWasmPrepared = false;

/** What this machine may have, best first. */
export const systemCandidates: readonly EngineCandidate[] = [
  {
    name: 'tfjs-node-gpu',
    todo: 'Install the NVIDIA driver and the GPU build of TensorFlow, or choose another engine.',
    open: openGpu,
  },
  {
    name: 'tfjs-node',
    todo: 'Run the set-up again (npm start) to get the native TensorFlow library, or choose another engine.',
    open: () => openNative('tfjs-node', 'cpu'),
  },
  { name: 'wasm', todo: 'Install the program again; its wasm files are missing.', open: openWasm },
];

async function openGpu(): Promise<OpenEngine> {
  const gpu = await findNvidiaGpu();
  if ('missing' in gpu) throw new FoveaError('unsupported', gpu.missing);
  if (loadedNative !== 'tfjs-node-gpu') await rehearseInChild();
  return openNative('tfjs-node-gpu', gpu.name);
}

/** A broken CUDA set-up can crash the process that loads it, so another process tries it first. */
async function rehearseInChild(): Promise<void> {
  if (process.env['FOVEA_ENGINE_REHEARSAL'] !== undefined) return;
  const child = new WorkerProcess(new URL('./engineProbe.worker.ts', import.meta.url), {
    env: { FOVEA_ENGINE_REHEARSAL: '1' },
  });
  try {
    await child.call('open', 'tfjs-node-gpu', { timeoutMs: 60_000 });
  } finally {
    child.kill();
  }
}

async function openNative(name: NativeName, device: string): Promise<OpenEngine> {
  if (loadedNative !== null && loadedNative !== name) {
    throw new FoveaError('unsupported', `This process already runs ${loadedNative}.`);
  }
  const tf = loadNative(name);
  await activate(tf, 'tensorflow');
  const backend = tf.backend() as unknown as { isUsingGpuDevice: boolean };
  if (name === 'tfjs-node-gpu' && !backend.isUsingGpuDevice) {
    throw new FoveaError('unsupported', 'TensorFlow was loaded but found no GPU that it can use.');
  }
  return { tf, info: { name, version: tf.version['tfjs-node'] ?? tf.version.tfjs, device } };
}

function loadNative(name: NativeName): Tf & { version: Record<string, string> } {
  refuseOldProcessor();
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  installNodeShims();
  try {
    const tf = withQuietStdout(
      () => require(`@tensorflow/${name}`) as Tf & { version: Record<string, string> },
    );
    loadedNative = name;
    return tf;
  } catch (error) {
    throw new FoveaError('unsupported', whyNotLoaded(error), { cause: error });
  }
}

async function openWasm(): Promise<OpenEngine> {
  const tf = require('@tensorflow/tfjs') as Tf;
  const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof WasmBackend;
  const entry = require.resolve('@tensorflow/tfjs-backend-wasm');
  if (!isWasmPrepared) {
    isWasmPrepared = true;
    // One thread: the threaded build hangs at exit and makes sums depend on timing.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    wasm.setWasmPaths(path.join(path.dirname(entry), '..', 'wasm-out') + path.sep);
  }
  await activate(tf, 'wasm');
  return { tf, info: { name: 'wasm', version: wasm.version_wasm, device: 'cpu' } };
}

async function activate(tf: Tf, backend: string): Promise<void> {
  tf.enableProdMode();
  if (!(await tf.setBackend(backend))) {
    throw new FoveaError('unsupported', `TensorFlow.js could not start its ${backend} backend.`);
  }
  await tf.ready();
}

/** TensorFlow's Linux library ends the whole process on processors without AVX. */
function refuseOldProcessor(): void {
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  if (!/^flags\s*:.*\bavx\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'))) {
    throw new FoveaError('unsupported', 'This processor has no AVX, which native TensorFlow needs.');
  }
}

/** Standard output belongs to `--json`; what a package prints while loading goes to standard error. */
function withQuietStdout<Result>(load: () => Result): Result {
  const { log, info } = console;
  console.log = console.info = console.error;
  try {
    return load();
  } finally {
    Object.assign(console, { log, info });
  }
}

function whyNotLoaded(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (text.includes('native addon module') || text.includes('Cannot find module')) {
    return 'Its native library is not installed.';
  }
  return `Its native library does not load: ${text.split('\n')[0]}`;
}
