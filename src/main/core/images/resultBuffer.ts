import type { IngestResult } from './ingestResult.ts';

/** Results saved together: fewer, larger lots wait less for the disk, but keep the core from answering for longer. */
const FULL = 48;
/** …but progress must stay steady on slow drives, and a crash must not cost more than this much work. */
const MAX_AGE_MS = 700;

/** Gathers results of the workers and saves them in larger lots. */
export class ResultBuffer {
  readonly #save: (results: readonly IngestResult[]) => Promise<void>;
  #waiting: IngestResult[] = [];
  #since = performance.now();

  constructor(save: (results: readonly IngestResult[]) => Promise<void>) {
    this.#save = save;
  }

  async add(results: readonly IngestResult[]): Promise<void> {
    if (this.#waiting.length === 0) this.#since = performance.now();
    this.#waiting.push(...results);
    if (this.#waiting.length >= FULL || performance.now() - this.#since >= MAX_AGE_MS) await this.flush();
  }

  /** Saves what is left; to be called at the end, and after a cancel, so that a later run goes on from there. */
  async flush(): Promise<void> {
    const lot = this.#waiting;
    this.#waiting = [];
    if (lot.length > 0) await this.#save(lot);
  }
}
