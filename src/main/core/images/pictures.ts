import { IdleWorker } from '../workers/idleWorker.ts';
import type { Picture, PictureRequest } from './picture.worker.ts';

/** Makes pictures in a worker process that is started on first use and leaves when it is not used. */
export class PictureMaker {
  readonly #worker = new IdleWorker(new URL('./picture.worker.ts', import.meta.url), {
    timeLimitMs: 20_000,
    idleMs: 20_000,
  });

  /** @throws FoveaError `unreadable` when the file cannot be decoded or hangs the decoder. */
  make(request: PictureRequest): Promise<Picture> {
    return this.#worker.call<Picture>('make', request);
  }

  /** The pixels of a file as the network gets them before resizing: RGB `[height, width, 3] uint8`. */
  decode(file: string): Promise<{ rgb: Uint8Array; width: number; height: number }> {
    return this.#worker.call('pixels', { file });
  }

  close(): Promise<void> {
    return this.#worker.close();
  }
}
