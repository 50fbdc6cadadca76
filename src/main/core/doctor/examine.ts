import type { Finding } from '../../../shared/doctor.ts';
import type { EngineInfo } from '../../../shared/training.ts';
import type { EngineCandidate } from '../training/engines.ts';
import { findNvidiaGpu } from '../training/nvidia.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import type { Answer } from './knownAnswers.ts';

/** Loading a native library cold from a slow disk takes long; more than this is a hang. */
const LIMIT_MS = 90_000;
const REINSTALL = 'Delete the folder node_modules and run “npm start” again.';

const CHECKS = new URL('./checks.worker.ts', import.meta.url);
const ENGINES = new URL('../training/engineProbe.worker.ts', import.meta.url);

/** One of the libraries without which nothing works, by its known answer. Never throws. */
export function examineLibrary(name: 'better-sqlite3' | 'sharp' | 'onnxruntime-node'): Promise<Finding> {
  return examine(name, REINSTALL, CHECKS, async (worker) =>
    worker.call<Answer>(name, null, { timeoutMs: LIMIT_MS }),
  );
}

/** One way to train, by its known answers. Never throws. A GPU that is not there is nothing to do about. */
export async function examineTraining({ name, todo }: EngineCandidate): Promise<Finding> {
  if (name === 'tfjs-node-gpu') {
    const gpu = await findNvidiaGpu();
    if ('missing' in gpu) return { name, version: null, found: false, why: gpu.missing, todo: '' };
  }
  return examine(name, todo, ENGINES, async (worker) => {
    const { version, device } = await worker.call<EngineInfo>('open', name, { timeoutMs: LIMIT_MS });
    const where = device === 'cpu' ? 'the processor' : device;
    return { version, why: `multiplies matrices and finds a gradient rightly on ${where}` };
  });
}

/**
 * A row of the table: what the worker at `entry` answers, or why it did not, were it by crashing. Never throws.
 */
export async function examine(
  name: string,
  todo: string,
  entry: URL,
  ask: (worker: WorkerProcess) => Promise<Answer>,
): Promise<Finding> {
  const worker = new WorkerProcess(entry);
  try {
    const { version, why } = await ask(worker);
    return { name, version, found: true, why, todo: '' };
  } catch (error) {
    return { name, version: null, found: false, why: firstSentences(error, name), todo };
  } finally {
    worker.kill();
  }
}

/** The message without what only a log needs: a stack, and whose message it is. */
function firstSentences(error: unknown, name: string): string {
  const line = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
  return (
    line.replace(/^(\w*Error( \[\w+\])?|No training engine can be used here\. [\w-]+): /, '') ||
    `${name} failed`
  );
}
