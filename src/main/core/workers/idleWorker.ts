import { WorkerProcess, type CallOptions } from './workerProcess.ts';

export interface IdleWorkerOptions {
  /** No call is worth more than this many milliseconds. */
  readonly timeLimitMs: number;
  /** How long an unused process is kept for the next call. */
  readonly idleMs: number;
}

/**
 * A worker process that is started on first use, does one call at a time (many large pictures at once would fill the
 * memory, and time out while they wait), and leaves when it is not used.
 */
export class IdleWorker {
  readonly #entry: URL;
  readonly #options: IdleWorkerOptions;
  #worker: WorkerProcess | null = null;
  #idle: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(entry: URL, options: IdleWorkerOptions) {
    this.#entry = entry;
    this.#options = options;
  }

  /** Rejects as `WorkerProcess.call` does. */
  call<Output>(method: string, input: unknown, options: CallOptions = {}): Promise<Output> {
    const result = this.#turn.then(() => this.#callNow<Output>(method, input, options));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    // At once, so that a call made meanwhile gets a worker that is not about to leave.
    this.#worker = null;
    await worker?.close();
  }

  async #callNow<Output>(method: string, input: unknown, options: CallOptions): Promise<Output> {
    clearTimeout(this.#idle);
    if (this.#worker?.isAlive !== true) this.#worker = new WorkerProcess(this.#entry);
    try {
      return await this.#worker.call<Output>(method, input, {
        timeoutMs: this.#options.timeLimitMs,
        ...options,
      });
    } finally {
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => void this.close(), this.#options.idleMs).unref();
    }
  }
}
