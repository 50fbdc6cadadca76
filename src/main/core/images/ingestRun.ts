import { FoveaError } from '../../../shared/errors.ts';
import type { IngestResult } from './ingestResult.ts';
import type { ScannedFile } from './walkFolder.ts';

/** Files that travel to a worker together. */
export interface IngestBatch {
  readonly sequence: number;
  readonly files: readonly ScannedFile[];
}

/** Enough files to make messages rare, few enough that progress is steady and the last batches end together. */
const BATCH_FILES = 16;
const BATCH_BYTES = 16 * 2 ** 20;

/** Receives results in the order of the files; awaited before more work is taken on. */
export type OnResults = (results: readonly IngestResult[]) => Promise<void> | void;

/** One pass over a list of files: hands out batches, delivers their results in order, and can be stopped. */
export class IngestRun {
  readonly #batches: AsyncGenerator<IngestBatch, void, void>;
  readonly #onResults: OnResults;
  #nextToDeliver = 0;
  #wakeDeliveries: (() => void)[] = [];
  #failure: { readonly error: unknown } | undefined;

  constructor(files: Iterable<ScannedFile> | AsyncIterable<ScannedFile>, onResults: OnResults) {
    this.#batches = makeBatches(files);
    this.#onResults = onResults;
  }

  /** The next batch, or null when there is none left. Throws when the run was stopped. */
  async take(): Promise<IngestBatch | null> {
    this.check();
    const next = await this.#batches.next();
    this.check();
    return next.done === true ? null : next.value;
  }

  /** Gives results to the caller when all earlier ones were given. Throws when the run was stopped. */
  async deliver(sequence: number, results: readonly IngestResult[]): Promise<void> {
    while (this.#failure === undefined && this.#nextToDeliver !== sequence) {
      await new Promise<void>((resolve) => this.#wakeDeliveries.push(resolve));
    }
    this.check();
    await this.#onResults(results);
    this.#nextToDeliver += 1;
    this.#wake();
  }

  /** Makes every further step fail with the first error given. */
  stop(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  /** Tells the source of files that no more are wanted, without waiting for a source that is slow to end. */
  close(): void {
    this.#batches.return().catch(() => undefined);
  }

  check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #wake(): void {
    const waiting = this.#wakeDeliveries;
    this.#wakeDeliveries = [];
    for (const wake of waiting) wake();
  }
}

/** The error of a run that its caller cancelled. */
export function cancelled(): FoveaError {
  return new FoveaError('cancelled', 'Cancelled.');
}

async function* makeBatches(
  source: Iterable<ScannedFile> | AsyncIterable<ScannedFile>,
): AsyncGenerator<IngestBatch, void, void> {
  let files: ScannedFile[] = [];
  let bytes = 0;
  let sequence = 0;
  for await (const file of source) {
    const size = file.refused === undefined ? file.bytes : 0;
    if (files.length === BATCH_FILES || (files.length > 0 && bytes + size > BATCH_BYTES)) {
      yield { sequence: sequence++, files };
      files = [];
      bytes = 0;
    }
    files.push(file);
    bytes += size;
  }
  if (files.length > 0) yield { sequence, files };
}
