import { availableParallelism } from 'node:os';
import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import type { SimilarImage } from '../../../shared/images.ts';
import { breathe } from '../breathe.ts';
import { findCommonFeatures, type FeatureSet } from '../features/commonFeatures.ts';
import { openFeatureStore } from '../features/featureStore.ts';
import type { Library } from '../library/library.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import type { NearestInput, NearestOutput, RowsInput } from './neighbourProtocol.ts';

/** The rows are let go when nobody has asked for so long; they take as much memory as the feature file. */
const IDLE_MS = 5 * 60_000;
const MOST_WORKERS = 4;
/** Rows of the database read before others are answered. */
const CHUNK = 10_000;

/** Workers that hold the features of one library, and how far they have read. */
interface Loaded extends FeatureSet {
  readonly folder: string;
  readonly workers: readonly WorkerProcess[];
  /** The last image whose rows are held. */
  lastImageId: number;
}

/**
 * Finds the images nearest to one by the cosine of their features: exact, since every row is compared, and quick, since
 * the rows are held in memory by a few processes that share the work.
 */
export class NeighbourSearch {
  #loaded: Loaded | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  /**
   * The `count` images most similar to an image, itself left out.
   * @throws FoveaError `invalid` when the image has no features yet
   */
  async similarTo(library: Library, imageId: number, count: number): Promise<SimilarImage[]> {
    const set = requireFeatures(library.db);
    const vector = await readVector(library, set, imageId);
    const found = await this.nearest(library, vector, count + 1);
    return found.filter((each) => each.imageId !== imageId).slice(0, count);
  }

  /** The `count` images most similar to a vector `[dims] float32`. */
  nearest(library: Library, vector: Float32Array, count: number): Promise<SimilarImage[]> {
    return this.#inTurn(async () => {
      const { workers } = await this.#load(library);
      const input: NearestInput = { vector, count };
      const parts = await Promise.all(workers.map((worker) => worker.call<NearestOutput>('nearest', input)));
      return parts
        .flatMap(({ imageIds, similarities }) =>
          Array.from(imageIds, (imageId, place) => ({ imageId, similarity: similarities[place]! })),
        )
        .sort((a, b) => b.similarity - a.similarity || a.imageId - b.imageId)
        .slice(0, count);
    });
  }

  /** Lets the rows go. */
  close(): Promise<void> {
    return this.#inTurn(() => this.#unload());
  }

  /** Brings the workers up to date: other features are read whole, new images of the same are added. */
  async #load(library: Library): Promise<Loaded> {
    const set = requireFeatures(library.db);
    const before = this.#loaded;
    const isSame =
      before !== null &&
      before.featureKey === set.featureKey &&
      before.folder === library.folder &&
      before.workers.every((worker) => worker.isAlive);
    if (!isSame) {
      await this.#unload();
      const count = Math.min(MOST_WORKERS, availableParallelism());
      const workers = Array.from(
        { length: count },
        () => new WorkerProcess(new URL('./neighbours.worker.ts', import.meta.url)),
      );
      this.#loaded = { ...set, folder: library.folder, workers, lastImageId: 0 };
    }
    const loaded = this.#loaded!;
    await addNewRows(library, loaded);
    this.#stayAwake();
    return loaded;
  }

  #stayAwake(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.close(), IDLE_MS);
    this.#idle.unref();
  }

  async #unload(): Promise<void> {
    const loaded = this.#loaded;
    this.#loaded = null;
    clearTimeout(this.#idle);
    await Promise.all(loaded?.workers.map((worker) => worker.close()) ?? []);
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work, work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** @throws FoveaError `invalid` when no image has features. */
function requireFeatures(db: Database): FeatureSet {
  const found = findCommonFeatures(db);
  if (found !== null) return found;
  throw new FoveaError('invalid', 'No image has features yet, so none can be compared.', {
    todo: 'Train once: features that are missing are then computed.',
  });
}

async function readVector(library: Library, set: FeatureSet, imageId: number): Promise<Float32Array> {
  const row = library.db
    .prepare<[string, number], number>('SELECT row FROM feature_rows WHERE feature_key = ? AND image_id = ?')
    .pluck()
    .get(set.featureKey, imageId);
  if (row === undefined) {
    throw new FoveaError('invalid', 'This image has no features yet.', {
      subject: String(imageId),
      todo: 'Train once: features that are missing are then computed.',
    });
  }
  const store = await openFeatureStore(library.folder, set.featureKey, set.dims);
  try {
    return await store.readRows(Uint32Array.of(row));
  } finally {
    await store.close();
  }
}

/** Gives each worker its share of the images that are not held yet, in runs so that the file is read in its order. */
async function addNewRows({ db }: Library, loaded: Loaded): Promise<void> {
  const page = db
    .prepare<[string, number, number], [number, number]>(
      `SELECT image_id, row FROM feature_rows WHERE feature_key = ? AND image_id > ? ORDER BY image_id LIMIT ?`,
    )
    .raw();
  const found: [number, number][] = [];
  for (;;) {
    const rows = page.all(loaded.featureKey, found.at(-1)?.[0] ?? loaded.lastImageId, CHUNK);
    found.push(...rows);
    if (rows.length < CHUNK) break;
    await breathe();
  }
  if (found.length === 0) return;
  const { folder, featureKey, dims, workers } = loaded;
  const share = Math.ceil(found.length / workers.length);
  await Promise.all(
    workers.map((worker, place) => {
      const part = found.slice(place * share, (place + 1) * share);
      const input: RowsInput = {
        ...{ folder, featureKey, dims },
        imageIds: Uint32Array.from(part, ([imageId]) => imageId),
        rows: Uint32Array.from(part, ([, row]) => row),
      };
      return part.length === 0 ? undefined : worker.call('add', input);
    }),
  );
  loaded.lastImageId = found.at(-1)![0];
}
