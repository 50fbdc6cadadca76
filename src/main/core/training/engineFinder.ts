import type { EngineInfo, EngineName } from '../../../shared/training.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';

/** The engine that trains here unless a person forces one, and the better ones that were passed over. */
export interface FoundEngine extends EngineInfo {
  readonly skipped: readonly { readonly name: EngineName; readonly why: string }[];
}

/** Loading a native library cold from a slow disk takes long; more than this is a hang. */
const LIMIT_MS = 90_000;

/** Finds the engine once, in a process of its own: loading one takes a second and may crash. */
export class EngineFinder {
  #found: Promise<FoundEngine> | null = null;

  /** @throws FoveaError `unsupported` when there is none. A failure is tried again at the next call. */
  find(): Promise<FoundEngine> {
    this.#found ??= askWorker().catch((error: unknown) => {
      this.#found = null;
      throw error;
    });
    return this.#found;
  }
}

async function askWorker(): Promise<FoundEngine> {
  const worker = new WorkerProcess(new URL('./engineProbe.worker.ts', import.meta.url));
  try {
    return await worker.call<FoundEngine>('find', null, { timeoutMs: LIMIT_MS });
  } finally {
    worker.kill();
  }
}
