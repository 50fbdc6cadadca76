import { hash } from 'node:crypto';
import path from 'node:path';
import { throwIfCancelled } from '../../../shared/errors.ts';
import { resizeBilinear } from '../../../shared/resize.ts';
import type { FeatureExtractor } from '../features/extractor.ts';
import type { CallContext } from '../workers/serveWorker.ts';
import { decodeImage, type DecodedImage } from './decodeImage.ts';
import type {
  IngestSettings,
  ProcessAnswer,
  ProcessRequest,
  ReadAnswer,
  ReadRequest,
} from './ingestProtocol.ts';
import type { IngestedImage, IngestResult } from './ingestResult.ts';
import { makeThumbnail, shrinkPicture } from './makeThumbnail.ts';
import { flagQuality, measureQuality } from './measureQuality.ts';
import { hashPicture } from './perceptualHash.ts';
import { readBytes, readContent, type Content } from './readContent.ts';
import { RefusedFile } from './refusedFile.ts';
import type { ScannedFile } from './walkFolder.ts';

/** Pictures per run of the network; more do not fit the processor's cache. */
const RUN_SIZE = 8;

/** The caller hears at least this often that work goes on. */
const SIGN_OF_LIFE_MS = 300;

/** Decoded pictures above this are given back to the system at once, not when the collector finds time. */
const LARGE_BYTES = 32e6;

interface ReadFile {
  readonly file: ScannedFile;
  readonly location: string;
  readonly content: Content | RefusedFile;
}

/** Reads batches ahead and turns them into results, inside a worker process. */
export class IngestBatches {
  readonly #extractor: FeatureExtractor | null;
  readonly #settings: IngestSettings;
  readonly #read = new Map<number, ReadFile[]>();
  /** `[RUN_SIZE, side, side, 3]` uint8: what the network is given. */
  readonly #pixels: Uint8Array;
  #isStuck = false;
  #lastSign = 0;

  constructor(extractor: FeatureExtractor | null, settings: IngestSettings) {
    this.#extractor = extractor;
    this.#settings = settings;
    this.#pixels = new Uint8Array(extractor === null ? 0 : RUN_SIZE * extractor.side ** 2 * 3);
  }

  /** Reads and identifies the files of a batch and keeps their bytes until it is processed. */
  async read({ batchId, folder, files }: ReadRequest): Promise<ReadAnswer> {
    const read = await Promise.all(
      files.map(async (file): Promise<ReadFile> => {
        const location = path.join(folder, file.path);
        if (file.refused !== undefined) {
          return { file, location, content: new RefusedFile(file.refused.code, file.refused.reason) };
        }
        return { file, location, content: await readContent(location).catch(catchRefusal) };
      }),
    );
    this.#read.set(batchId, read);
    return read.map(({ content }) => (content instanceof RefusedFile ? null : content.sha256));
  }

  /** Decodes, measures and embeds a batch that was read. */
  async process({ batchId, known }: ProcessRequest, { signal, note }: CallContext): Promise<ProcessAnswer> {
    const files = this.#read.get(batchId) ?? [];
    this.#read.delete(batchId);
    const isKnown = new Set(known);
    const results: IngestResult[] = [];
    /** Places in `results` whose pixels wait for the network. */
    let waiting: number[] = [];
    for (const [place, { file, location, content }] of files.entries()) {
      throwIfCancelled(signal);
      this.#giveSign(note);
      if (content instanceof RefusedFile) {
        results.push(reject(file, content));
      } else if (isKnown.has(place)) {
        results.push({ ...describeFile(file), outcome: 'known', sha256: content.sha256 });
      } else {
        const result = await this.#ingest(file, location, content, waiting.length).catch(catchRefusal);
        results.push(result instanceof RefusedFile ? reject(file, result) : result);
        if (results[place]!.outcome === 'image') waiting.push(place);
      }
      if (waiting.length === RUN_SIZE || (place === files.length - 1 && waiting.length > 0)) {
        await this.#embed(results, waiting);
        waiting = [];
      }
    }
    return { results, residentBytes: process.memoryUsage.rss(), isStuck: this.#isStuck };
  }

  async #ingest(file: ScannedFile, location: string, content: Content, slot: number): Promise<IngestedImage> {
    const bytes = content.bytes ?? (await readBytes(location));
    // What was read a second time may have changed in between.
    const sha256 = content.bytes === null ? hash('sha256', bytes, 'hex') : content.sha256;
    const image = await this.#withLimit(decodeImage(bytes));
    const small = await shrinkPicture(image);
    this.#placePixels(image, slot);
    const quality = measureQuality(small.rgb, small.width, small.height);
    const result: IngestedImage = {
      ...describeFile(file),
      outcome: 'image',
      sha256,
      width: image.width,
      height: image.height,
      format: image.format,
      pages: image.pages,
      flags: [...image.flags, ...flagQuality(quality)],
      quality,
      perceptualHash: hashPicture(small.rgb, small.width, small.height),
      thumbnail: this.#settings.wantsThumbnails ? await makeThumbnail(image, small) : null,
      features: null,
    };
    if (image.rgb.length > LARGE_BYTES) globalThis.gc?.();
    return result;
  }

  #placePixels({ rgb, width, height }: DecodedImage, slot: number): void {
    if (this.#extractor === null) return;
    const { side } = this.#extractor;
    this.#pixels.set(resizeBilinear(rgb, width, height, side, side), slot * side * side * 3);
  }

  /** Runs the network on the pixels that wait and puts its rows into their results. */
  async #embed(results: IngestResult[], waiting: readonly number[]): Promise<void> {
    if (this.#extractor === null) return;
    const { dims } = this.#extractor;
    const features = await this.#extractor.extract(this.#pixels, waiting.length);
    for (const [row, place] of waiting.entries()) {
      const own = features.subarray(row * dims, (row + 1) * dims);
      results[place] = { ...(results[place] as IngestedImage), features: own };
    }
  }

  /** The decoder stops itself before this limit; what does not stop leaves a thread that cannot be used again. */
  async #withLimit(decoding: Promise<DecodedImage>): Promise<DecodedImage> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#isStuck = true;
        reject(new RefusedFile('timed_out', 'Decoding it took too long; it was given up.'));
      }, this.#settings.fileLimitMs);
    });
    try {
      return await Promise.race([decoding, limit]);
    } finally {
      clearTimeout(timer);
    }
  }

  #giveSign(note: (note: unknown) => void): void {
    const now = performance.now();
    if (now - this.#lastSign < SIGN_OF_LIFE_MS) return;
    this.#lastSign = now;
    note(null);
  }
}

function catchRefusal(error: unknown): RefusedFile {
  if (error instanceof RefusedFile) return error;
  throw error;
}

function describeFile({ path: relative, bytes, modifiedMs }: ScannedFile): Omit<ScannedFile, 'refused'> {
  return { path: relative, bytes, modifiedMs };
}

function reject(file: ScannedFile, { code, message }: RefusedFile): IngestResult {
  return { ...describeFile(file), outcome: 'rejected', code, reason: message };
}
