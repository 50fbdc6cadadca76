import type { Database } from 'better-sqlite3';
import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../../../shared/errors.ts';
import { LIVE_MODEL_ID } from '../../../shared/live.ts';
import type { FeatureStore } from '../features/featureStore.ts';
import { readFeatureRows } from '../features/imageFeatures.ts';
import { savePredictions } from '../models/store.ts';
import { applyHeadOnEngine } from '../training/engineHead.ts';
import type { Tf } from '../training/engines.ts';
import { softmaxRows } from '../training/head.ts';
import { markLiveStored } from './liveSetting.ts';
import type { LiveFit } from './liveTrainer.ts';

/**
 * Images per turn: their transaction takes a few milliseconds, and between two of them, while the next are computed,
 * the core can write labels.
 */
const TURN = 1000;

/** How far one pass over all images is. */
export interface PredictProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * Stores what a head says of every image that has features, the images that somebody looks at first. A pass that is
 * cancelled leaves the rest to the next one, which begins where it ended.
 */
export class LivePredictor {
  readonly #tf: Tf;
  readonly #db: Database;
  #visible: readonly number[] = [];
  #lastId = 0;
  #buffer = new Float32Array(0);

  constructor(tf: Tf, db: Database) {
    this.#tf = tf;
    this.#db = db;
  }

  /** The images on the screen, in their order; heard also while a pass runs. */
  setVisible(imageIds: readonly number[]): void {
    this.#visible = imageIds;
  }

  /** Throws `cancelled`. `onTurn` is called after each turn that was stored. */
  async storeAll(
    fit: LiveFit,
    store: FeatureStore,
    featureKey: string,
    { signal, onTurn }: { signal: AbortSignal; onTurn: (progress: PredictProgress) => void },
  ): Promise<void> {
    const { imageIds, rows } = readFeatureRows(this.#db, featureKey);
    const total = imageIds.length;
    const isDone = new Uint8Array(total);
    let done = 0;
    let next = Math.max(0, lowerBound(imageIds, this.#lastId + 1)) % Math.max(1, total);
    while (done < total) {
      throwIfCancelled(signal);
      const turn = this.#takeVisible(imageIds, isDone);
      if (turn.length === 0) {
        for (; turn.length < TURN && done + turn.length < total; next = (next + 1) % total) {
          if (isDone[next] === 0) turn.push(next);
          isDone[next] = 1;
        }
        this.#lastId = imageIds[turn.at(-1)!]!;
      }
      const places = Uint32Array.from(turn);
      const ids = places.map((place) => imageIds[place]!);
      const features = await this.#readTurn(
        store,
        places.map((place) => rows[place]!),
      );
      await this.#storeTurn(fit, ids, features);
      done += turn.length;
      onTurn({ done, total });
      await setImmediate();
    }
    this.#storeParts(fit);
    markLiveStored(this.#db, Date.now());
  }

  /** Places of visible images that this pass has not stored yet; marks them. */
  #takeVisible(imageIds: Uint32Array, isDone: Uint8Array): number[] {
    const found: number[] = [];
    for (const imageId of this.#visible) {
      const place = lowerBound(imageIds, imageId);
      if (imageIds[place] !== imageId || isDone[place] === 1) continue;
      isDone[place] = 1;
      found.push(place);
      if (found.length === TURN) break;
    }
    return found;
  }

  /** The named rows, in one and the same array each time where they follow each other in the file. */
  async #readTurn(store: FeatureStore, rows: Uint32Array): Promise<Float32Array> {
    const [first] = rows;
    if (first === undefined || !rows.every((row, i) => row === first + i)) return store.readRows(rows);
    const size = rows.length * store.dims;
    if (this.#buffer.length < size) this.#buffer = new Float32Array(size);
    const target = this.#buffer.subarray(0, size);
    await store.readInto(target, first);
    return target;
  }

  async #storeTurn(fit: LiveFit, imageIds: Uint32Array, features: Float32Array): Promise<void> {
    const logits = applyHeadOnEngine(this.#tf, fit.head, features, imageIds.length);
    await savePredictions(this.#db, {
      modelId: LIVE_MODEL_ID,
      imageIds,
      classIds: fit.plan.classes.map(({ classId }) => classId),
      probabilities: softmaxRows(logits, fit.head.classes, fit.temperature),
    });
  }

  /** Which images the head learnt from and was judged by, for the gallery's filter by part. */
  #storeParts({ plan }: LiveFit): void {
    const known = new Map<number, string>();
    const stored = this.#db.prepare<[string], { image_id: number; part: string; class_id: number }>(
      'SELECT image_id, part, class_id FROM model_images WHERE model_id = ?',
    );
    for (const { image_id, part, class_id } of stored.iterate(LIVE_MODEL_ID)) {
      known.set(image_id, `${part} ${class_id}`);
    }
    const replace = this.#db.prepare(
      'INSERT OR REPLACE INTO model_images (model_id, image_id, part, class_id) VALUES (?, ?, ?, ?)',
    );
    const remove = this.#db.prepare('DELETE FROM model_images WHERE model_id = ? AND image_id = ?');
    const changed = plan.images.filter(({ imageId, part, classIndex }) => {
      const before = known.get(imageId);
      known.delete(imageId);
      return before !== `${part} ${plan.classes[classIndex]!.classId}`;
    });
    const write = this.#db.transaction((from: number, to: number) => {
      for (const { imageId, part, classIndex } of changed.slice(from, to)) {
        replace.run(LIVE_MODEL_ID, imageId, part, plan.classes[classIndex]!.classId);
      }
    });
    for (let from = 0; from < changed.length; from += TURN) write.immediate(from, from + TURN);
    for (const imageId of known.keys()) remove.run(LIVE_MODEL_ID, imageId);
  }
}

/** Place of the first value not below `wanted` in a rising list; its length when there is none. */
function lowerBound(values: Uint32Array, wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
