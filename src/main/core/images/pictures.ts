import { WorkerProcess } from '../workers/workerProcess.ts';
import type { Picture, PictureRequest } from './picture.worker.ts';

/** No picture is worth more than this many milliseconds. */
const TIME_LIMIT_MS = 20_000;

/** How long an unused worker is kept for the next picture. */
const IDLE_MS = 20_000;

/** Makes pictures in a worker process that is started on first use and leaves when it is not used. */
export class PictureMaker {
  #worker: WorkerProcess | null = null;
  #calls = 0;
  #idle: NodeJS.Timeout | undefined;

  /** @throws FoveaError `unreadable` when the file cannot be decoded, `internal` when it hangs the decoder. */
  make(request: PictureRequest): Promise<Picture> {
    return this.#call<Picture>('make', request);
  }

  /** The pixels of a file as the network gets them before resizing: RGB `[height, width, 3] uint8`. */
  decode(file: string): Promise<{ rgb: Uint8Array; width: number; height: number }> {
    return this.#call('pixels', { file });
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#worker?.close();
    this.#worker = null;
  }

  async #call<Output>(method: string, input: unknown): Promise<Output> {
    clearTimeout(this.#idle);
    if (this.#worker?.isAlive !== true) {
      this.#worker = new WorkerProcess(new URL('./picture.worker.ts', import.meta.url));
    }
    this.#calls += 1;
    try {
      return await this.#worker.call<Output>(method, input, { timeoutMs: TIME_LIMIT_MS });
    } finally {
      this.#calls -= 1;
      if (this.#calls === 0) this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
    }
  }
}
