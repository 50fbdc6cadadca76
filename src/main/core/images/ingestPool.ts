import { availableParallelism, totalmem } from 'node:os';
import type { GraphSpec } from '../features/extractor.ts';
import { WorkerDied } from '../workers/workerProcess.ts';
import type { IngestResult } from './ingestResult.ts';
import { cancelled, IngestRun, type IngestBatch, type OnResults } from './ingestRun.ts';
import { IngestWorker } from './ingestWorker.ts';
import type { ScannedFile } from './walkFolder.ts';

export interface IngestPoolOptions {
  /** The network whose features are wanted with the pictures; null for none. */
  readonly graph: GraphSpec | null;
  /** False when images that are known get features of another network. */
  readonly wantsThumbnails?: boolean;
  /** Worker processes; by default one per core, as far as the memory goes. */
  readonly workers?: number;
  /** How long one file may take to decode; 10 seconds unless said. */
  readonly fileLimitMs?: number;
  /** The worker's entry file; tests put worse ones in its place. */
  readonly workerEntry?: URL;
}

export interface IngestOptions {
  /** The imported folder, an absolute path; files are relative to it. */
  readonly folder: string;
  readonly signal?: AbortSignal;
  /** Says which contents (SHA-256) the caller has already; they come back as `known`, without being decoded. */
  readonly isKnown?: (sha256: string) => boolean;
}

/** A batch with the hashes that a process of that generation read; null when that process died over it. */
interface ReadBatch {
  readonly batch: IngestBatch;
  readonly hashes: readonly (string | null)[] | null;
  readonly generation: number;
}

const FILE_LIMIT_MS = 10_000;

/** Finished batches that a worker may leave waiting for their turn, so that one slow file stops nobody else. */
const MAX_UNDELIVERED = 4;

/** A worker may need this much for one large picture. */
const BYTES_PER_WORKER = 1.5e9;

/**
 * Worker processes that turn files into identities, facts, thumbnails and features in one pass over each file.
 * A file that hangs or crashes its worker is rejected alone: its batch is done again one by one. Results come
 * in the order of the files, whichever worker made them, and no faster than the caller takes them.
 */
export class IngestPool {
  readonly #workers: readonly IngestWorker[];

  constructor(options: IngestPoolOptions) {
    const { graph, wantsThumbnails = true, workers, fileLimitMs = FILE_LIMIT_MS, workerEntry } = options;
    const entry = workerEntry ?? new URL('./ingest.worker.ts', import.meta.url);
    const settings = { graph, wantsThumbnails, fileLimitMs };
    const count = Math.max(1, workers ?? defaultWorkers());
    this.#workers = Array.from({ length: count }, () => new IngestWorker(entry, settings));
  }

  /** Process ids of the workers that run now. */
  get pids(): number[] {
    return this.#workers.flatMap((worker) => worker.pid ?? []);
  }

  /**
   * Ingests files; every one of them comes back exactly once, as `image`, `known` or `rejected`. One call at a
   * time. Throws FoveaError `cancelled` within a second of the signal, `corrupt` when the network cannot be
   * loaded, and whatever `onResults` throws.
   */
  async ingest(
    files: Iterable<ScannedFile> | AsyncIterable<ScannedFile>,
    options: IngestOptions,
    onResults: OnResults,
  ): Promise<void> {
    const run = new IngestRun(files, onResults);
    const stop = (error: unknown): void => {
      run.stop(error);
      for (const worker of this.#workers) worker.kill();
    };
    const onAbort = (): void => stop(cancelled());
    if (options.signal?.aborted) throw cancelled();
    options.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.allSettled(this.#workers.map((worker) => this.#serve(worker, run, options).catch(stop)));
      run.check();
    } finally {
      options.signal?.removeEventListener('abort', onAbort);
      run.close();
    }
  }

  /** Lets the workers leave. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }

  /** One worker's part of a run: read one batch ahead, compute, deliver while later ones compute. */
  async #serve(worker: IngestWorker, run: IngestRun, options: IngestOptions): Promise<void> {
    let ahead = this.#readNext(worker, run, options);
    const undelivered: Promise<void>[] = [];
    for (;;) {
      const next = await ahead;
      if (next === null) break;
      ahead = this.#readNext(worker, run, options);
      // Failures are met above and below; until then they must not count as unhandled.
      ahead.catch(() => undefined);
      const results = await this.#processForgiving(worker, run, next, options);
      const delivery = run.deliver(next.batch.sequence, results);
      delivery.catch(() => undefined);
      undelivered.push(delivery);
      if (undelivered.length > MAX_UNDELIVERED) await undelivered.shift();
    }
    await Promise.all(undelivered);
  }

  async #readNext(worker: IngestWorker, run: IngestRun, options: IngestOptions): Promise<ReadBatch | null> {
    const batch = await run.take();
    return batch === null ? null : this.#read(worker, run, batch, options);
  }

  async #read(
    worker: IngestWorker,
    run: IngestRun,
    batch: IngestBatch,
    { folder }: IngestOptions,
  ): Promise<ReadBatch> {
    try {
      const hashes = await worker.read({ batchId: batch.sequence, folder, files: batch.files });
      return { batch, hashes, generation: worker.generation };
    } catch (error) {
      run.check();
      if (error instanceof WorkerDied) return { batch, hashes: null, generation: -1 };
      throw error;
    }
  }

  async #processForgiving(
    worker: IngestWorker,
    run: IngestRun,
    read: ReadBatch,
    options: IngestOptions,
  ): Promise<readonly IngestResult[]> {
    try {
      return await this.#process(worker, run, read, options);
    } catch (error) {
      run.check();
      if (!(error instanceof WorkerDied)) throw error;
      return await this.#processOneByOne(worker, run, read.batch, options);
    }
  }

  async #process(
    worker: IngestWorker,
    run: IngestRun,
    read: ReadBatch,
    options: IngestOptions,
  ): Promise<readonly IngestResult[]> {
    const { batch } = read;
    const isLost = read.hashes === null || read.generation !== worker.generation;
    const { hashes } = isLost ? await this.#read(worker, run, batch, options) : read;
    if (hashes === null) throw new WorkerDied(false, 'while reading');
    const known = hashes.flatMap((hash, place) => (hash !== null && options.isKnown?.(hash) ? place : []));
    const answer = await worker.process({ batchId: batch.sequence, known });
    return answer.results;
  }

  async #processOneByOne(
    worker: IngestWorker,
    run: IngestRun,
    { sequence, files }: IngestBatch,
    options: IngestOptions,
  ): Promise<IngestResult[]> {
    const results: IngestResult[] = [];
    for (const file of files) {
      const single = { batch: { sequence, files: [file] }, hashes: null, generation: -1 };
      try {
        results.push(...(await this.#process(worker, run, single, options)));
      } catch (error) {
        run.check();
        if (!(error instanceof WorkerDied)) throw error;
        results.push(rejectCulprit(file, error.timedOut));
      }
    }
    return results;
  }
}

function rejectCulprit({ path, bytes, modifiedMs }: ScannedFile, timedOut: boolean): IngestResult {
  return {
    path,
    bytes,
    modifiedMs,
    outcome: 'rejected',
    code: timedOut ? 'timed_out' : 'decoder_crashed',
    reason: timedOut
      ? 'Reading it took too long; it was given up.'
      : 'The decoder crashed over this file; nothing else was harmed.',
  };
}

function defaultWorkers(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / BYTES_PER_WORKER)));
}
