import { throwIfCancelled } from '../../../shared/errors.ts';
import { LEAST_LIKENESS } from '../../../shared/nearDuplicates.ts';
import { breathe } from '../breathe.ts';
import { findCommonFeatures } from '../features/commonFeatures.ts';
import { openFeatureStore } from '../features/featureStore.ts';
import { openLibraryView, type ViewedLibrary } from '../library/libraryView.ts';
import { normaliseRows } from '../suggestions/neighbourGraph.ts';
import { serveWorker, type CallContext } from '../workers/serveWorker.ts';
import { findAlikeRows } from './alikeRows.ts';
import { HashIndex } from './hashIndex.ts';

/** What was found: pairs as columns, `low[i] < high[i]`. */
export interface FoundPairs {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly likeness: Float64Array;
  readonly distance: Uint8Array;
  readonly images: number;
  readonly withoutHash: number;
  readonly comparedFeatures: boolean;
}

export interface PairsNote {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

/** Features of more images than this do not fit beside everything else (600 MB at 1,280 numbers each). */
const MOST_COMPARED = 120_000;
/** Features this alike are looked at … */
const ALIKE = 0.9;
/** … and count when the hashes do not contradict: two unrelated pictures differ in some 26 bits, seldom in under 18. */
const CONTRADICTS = 18;
/** Share of the hash in how alike a pair is. */
const BITS_COUNT = 0.7;
/** Pairs of one image that are kept, the likest first: a uniform picture may be like thousands. */
const MOST_OF_ONE = 50;
const STEP = 500;

interface Listed {
  readonly imageId: number;
  readonly hash: Uint8Array | null;
  /** null without features. */
  readonly row: number | null;
}

/**
 * Finds pairs that are nearly the same picture: perceptual hashes that differ in a few bits, in any orientation, and
 * features that are alike where the hashes do not contradict.
 */
async function findNearPairs(view: ViewedLibrary, { signal, note }: CallContext): Promise<FoundPairs> {
  const { images, dims, features } = await readImages(view);
  const index = new HashIndex(images.map(({ hash }) => hash ?? new Uint8Array(0)));
  const pairs = new PairList(images.length);
  const placeOf = new Map<number, number>();
  images.forEach(({ row }, image) => row !== null && placeOf.set(image, placeOf.size));
  const cosineOf = (a: number, b: number): number | null => {
    const first = placeOf.get(a);
    const second = placeOf.get(b);
    if (features === null || first === undefined || second === undefined) return null;
    return multiply(features, dims, first, second);
  };
  for (let image = 0; image < images.length; image += 1) {
    for (const [other, distance] of index.findNear(image)) {
      const cosine = cosineOf(image, other);
      pairs.add(
        image,
        other,
        distance,
        cosine === null ? 1 - distance / 64 : (1 - distance / 64 + cosine) / 2,
      );
    }
    if (image % STEP === 0) {
      note({ phase: 'comparing hashes', done: image, total: images.length } satisfies PairsNote);
      await breathe();
      throwIfCancelled(signal);
    }
  }
  if (features !== null) {
    const places = [...placeOf.keys()];
    await findAlikeRows(
      features,
      dims,
      ALIKE,
      (low, high, cosine) => {
        const [a, b] = [places[low]!, places[high]!];
        const distance = index.distance(a, b);
        if (distance <= CONTRADICTS) pairs.add(a, b, distance, weighLikeness(distance, cosine));
      },
      {
        signal,
        onProgress: (share) =>
          note({
            phase: 'comparing features',
            done: Math.round(share * places.length),
            total: places.length,
          } satisfies PairsNote),
      },
    );
  }
  const found = pairs.list();
  return {
    low: Uint32Array.from(found, ({ low }) => images[low]!.imageId),
    high: Uint32Array.from(found, ({ high }) => images[high]!.imageId),
    likeness: Float64Array.from(found, ({ likeness }) => likeness),
    distance: Uint8Array.from(found, ({ distance }) => distance),
    images: images.length,
    withoutHash: images.filter(({ hash }) => hash === null || hash.length === 0).length,
    comparedFeatures: features !== null,
  };
}

/**
 * How alike a pair is, 0 … 1: the share of equal bits and the cosine of the features, the bits counting for more since
 * they tell copies from other pictures of a class better; the bits alone where features are missing.
 */
function weighLikeness(distance: number, cosine: number | null): number {
  const bits = 1 - distance / 64;
  return cosine === null ? bits : BITS_COUNT * bits + (1 - BITS_COUNT) * cosine;
}

/** Present images in the order of ids, and the normalised features of those that have them. */
async function readImages(
  view: ViewedLibrary,
): Promise<{ images: Listed[]; dims: number; features: Float32Array | null }> {
  const library = openLibraryView(view);
  try {
    const set = findCommonFeatures(library.db);
    const images = library.db
      .prepare<[string], Listed>(
        `SELECT i.image_id AS imageId, i.perceptual_hash AS hash, r.row FROM images i
         LEFT JOIN feature_rows r ON r.image_id = i.image_id AND r.feature_key = ?
         WHERE EXISTS (SELECT 1 FROM files f WHERE f.image_id = i.image_id AND f.is_missing = 0)
         ORDER BY i.image_id`,
      )
      .all(set?.featureKey ?? '');
    const rows = images.flatMap(({ row }) => row ?? []);
    if (set === null || rows.length === 0 || rows.length > MOST_COMPARED)
      return { images, dims: 0, features: null };
    const store = await openFeatureStore(view.folder, set.featureKey, set.dims);
    const features = await store.readRows(Uint32Array.from(rows)).finally(() => store.close());
    return { images, dims: set.dims, features: normaliseRows(features, set.dims) };
  } finally {
    library.close();
  }
}

function multiply(rows: Float32Array, dims: number, first: number, second: number): number {
  let sum = 0;
  for (let i = 0; i < dims; i += 1) sum += rows[first * dims + i]! * rows[second * dims + i]!;
  return sum;
}

interface Pair {
  readonly low: number;
  readonly high: number;
  readonly distance: number;
  readonly likeness: number;
}

/** The likest pairs of each image; a pair that is found twice counts once. */
class PairList {
  readonly #of: (Pair[] | undefined)[];

  constructor(images: number) {
    this.#of = new Array<Pair[] | undefined>(images);
  }

  add(low: number, high: number, distance: number, likeness: number): void {
    if (!(likeness >= LEAST_LIKENESS)) return;
    const pairs = (this.#of[low] ??= []);
    if (pairs.length === MOST_OF_ONE && likeness <= pairs.at(-1)!.likeness) return;
    if (pairs.some((pair) => pair.high === high)) return;
    let place = pairs.length;
    while (place > 0 && pairs[place - 1]!.likeness < likeness) place -= 1;
    pairs.splice(place, 0, { low, high, distance, likeness: Math.min(1, likeness) });
    if (pairs.length > MOST_OF_ONE) pairs.pop();
  }

  list(): Pair[] {
    return this.#of.flatMap((pairs) => pairs ?? []);
  }
}

serveWorker({ findNearPairs });
