import { WorkerProcess } from '../workers/workerProcess.ts';
import type { Picture, PictureRequest } from './picture.worker.ts';

/** No picture is worth more than this many milliseconds. */
const TIME_LIMIT_MS = 20_000;

/** How long an unused worker is kept for the next picture. */
const IDLE_MS = 20_000;

/** Makes pictures in a worker process that is started on first use and leaves when it is not used. */
export class PictureMaker {
  #worker: WorkerProcess | null = null;
  #idle: NodeJS.Timeout | undefined;
  /** One picture at a time: many large ones at once would fill the memory, and time out while they wait. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws FoveaError `unreadable` when the file cannot be decoded or hangs the decoder. */
  make(request: PictureRequest): Promise<Picture> {
    return this.#call<Picture>('make', request);
  }

  /** The pixels of a file as the network gets them before resizing: RGB `[height, width, 3] uint8`. */
  decode(file: string): Promise<{ rgb: Uint8Array; width: number; height: number }> {
    return this.#call('pixels', { file });
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    // At once, so that a picture asked for meanwhile gets a worker that is not about to leave.
    this.#worker = null;
    await worker?.close();
  }

  #call<Output>(method: string, input: unknown): Promise<Output> {
    const result = this.#turn.then(() => this.#callNow<Output>(method, input));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #callNow<Output>(method: string, input: unknown): Promise<Output> {
    clearTimeout(this.#idle);
    if (this.#worker?.isAlive !== true) {
      this.#worker = new WorkerProcess(new URL('./picture.worker.ts', import.meta.url));
    }
    try {
      return await this.#worker.call<Output>(method, input, { timeoutMs: TIME_LIMIT_MS });
    } finally {
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
    }
  }
}
