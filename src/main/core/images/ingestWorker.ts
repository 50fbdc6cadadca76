import { FoveaError } from '../../../shared/errors.ts';
import { WorkerDied, WorkerProcess } from '../workers/workerProcess.ts';
import type {
  IngestSettings,
  ProcessAnswer,
  ProcessRequest,
  ReadAnswer,
  ReadRequest,
} from './ingestProtocol.ts';

/** A worker hangs when it gives no sign of life for this long after a file's own limit. */
const GRACE_MS = 2000;

/** Reading is as slow as the drive is; a batch is at most 16 MB or one file. */
const READ_LIMIT_MS = 120_000;

const START_LIMIT_MS = 60_000;
const START_ATTEMPTS = 3;

/** A process that grew beyond this is replaced: native allocators do not give everything back. */
const MAX_RESIDENT_BYTES = 300e6;
/** What each further network may add. */
const BYTES_PER_NETWORK = 150e6;

/** Two threads read and decode; the collector is called after large pictures; few arenas keep memory dense. */
const ENVIRONMENT = { UV_THREADPOOL_SIZE: '2', MALLOC_ARENA_MAX: '2' };
const NODE_OPTIONS = ['--expose-gc'];

/** One seat in the pool: a worker process that is started when needed and replaced when it is spent. */
export class IngestWorker {
  readonly #entry: URL;
  readonly #settings: IngestSettings;
  #worker: WorkerProcess | undefined;
  #ready: Promise<WorkerProcess> | undefined;
  #isStarting = false;
  #generation = 0;

  constructor(entry: URL, settings: IngestSettings) {
    this.#entry = entry;
    this.#settings = settings;
  }

  get pid(): number | undefined {
    return this.#worker?.isAlive === true ? this.#worker.pid : undefined;
  }

  /** Raised with every new process; what was read ahead by an older one is lost. */
  get generation(): number {
    return this.#generation;
  }

  /** Throws WorkerDied when the process crashes or hangs. */
  async read(request: ReadRequest): Promise<ReadAnswer> {
    const worker = await this.#ensure();
    return worker.call<ReadAnswer>('read', request, { timeoutMs: READ_LIMIT_MS });
  }

  /** Throws WorkerDied when the process crashes or hangs (`timedOut`). */
  async process(request: ProcessRequest): Promise<ProcessAnswer> {
    const worker = await this.#ensure();
    let hangs = false;
    const watchdog = setTimeout(() => {
      hangs = true;
      worker.kill();
    }, this.#settings.fileLimitMs + GRACE_MS);
    try {
      const answer = await worker.call<ProcessAnswer>('process', request, {
        onNote: () => watchdog.refresh(),
      });
      if (answer.isStuck || answer.residentBytes > this.#maxResidentBytes()) this.kill();
      return answer;
    } catch (error) {
      if (hangs && error instanceof WorkerDied) throw new WorkerDied(true, 'no sign of life');
      throw error;
    } finally {
      clearTimeout(watchdog);
    }
  }

  #maxResidentBytes(): number {
    const networks = this.#settings.graph?.ensemble?.parts.length ?? 1;
    return MAX_RESIDENT_BYTES + (networks - 1) * BYTES_PER_NETWORK;
  }

  /** Ends the process at once; the next call starts another. */
  kill(): void {
    this.#worker?.kill();
    this.#worker = undefined;
    this.#ready = undefined;
    this.#isStarting = false;
    this.#generation += 1;
  }

  async close(): Promise<void> {
    await this.#worker?.close();
    this.kill();
  }

  #ensure(): Promise<WorkerProcess> {
    if (this.#ready !== undefined && (this.#isStarting || this.#worker?.isAlive === true)) return this.#ready;
    this.#generation += 1;
    this.#isStarting = true;
    this.#ready = this.#start().finally(() => (this.#isStarting = false));
    return this.#ready;
  }

  async #start(): Promise<WorkerProcess> {
    for (let attempt = 1; ; attempt++) {
      const worker = new WorkerProcess(this.#entry, { env: ENVIRONMENT, execArgv: NODE_OPTIONS });
      this.#worker = worker;
      try {
        await worker.call('open', this.#settings, { timeoutMs: START_LIMIT_MS });
        return worker;
      } catch (error) {
        worker.kill();
        // Killed by ourselves, or told by the worker why it cannot work.
        if (!(error instanceof WorkerDied) || this.#worker !== worker) throw error;
        // Not WorkerDied: no file is to blame when a process cannot even start.
        if (attempt === START_ATTEMPTS) {
          throw new FoveaError(
            'internal',
            `A process that reads images could not be started. ${error.message}`,
          );
        }
      }
    }
  }
}
