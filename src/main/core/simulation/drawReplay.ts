import { FoveaError } from '../../../shared/errors.ts';
import { drawSplit } from '../evaluation/split.ts';
import { createRandom, hashToSeed } from '../math/random.ts';
import type { LabelledImage } from '../training/trainingSet.ts';

export interface ReplayDraw {
  /** Places in the list of images. */
  readonly pool: Uint32Array;
  readonly test: Uint32Array;
}

export interface DrawSettings {
  readonly seed: number;
  /** At most so many images of the pool, and of the test part. */
  readonly mostPool: number;
  readonly mostTest: number;
  /** Shares of the classes in the pool fall from 1 to 1 / this, in an order drawn by the seed; 1 leaves them. */
  readonly skew: number;
}

/** Labelled images below which nothing can be learnt from a replay. */
const FEWEST = 40;

/**
 * Draws a pool and a test part of the labelled images for one seed: a fifth, stratified, never divided within a group.
 * @throws FoveaError `invalid` when there are too few images or classes.
 */
export function drawReplay(
  images: readonly LabelledImage[],
  labels: Int32Array,
  settings: DrawSettings,
): ReplayDraw {
  const { seed, skew } = settings;
  if (images.length < FEWEST || new Set(labels).size < 2) {
    throw new FoveaError(
      'invalid',
      `A simulation replays known labels, and this library has ${images.length} labelled images of ${new Set(labels).size} classes.`,
      {
        todo: `It needs ${FEWEST} labelled images of at least 2 classes: label more, or use a library that is.`,
      },
    );
  }
  const candidates = images.map(({ imageId, units }, i) => ({ imageId, classIndex: labels[i]!, units }));
  const { assignments } = drawSplit({
    images: candidates,
    seed,
    fractions: { train: 0.6, validation: 0.2, test: 0.2 },
    existing: new Map(),
  });
  const random = createRandom(hashToSeed(`replay\n${seed}`));
  const order = random.shuffle(Uint32Array.from(images.keys()));
  const isTest = (place: number): boolean => assignments.get(images[place]!.imageId) === 'test';
  const test = order.filter(isTest).slice(0, settings.mostTest).sort();
  const open = order.filter((place) => assignments.has(images[place]!.imageId) && !isTest(place));
  const pool = skewClasses(open, labels, skew, random).slice(0, settings.mostPool).sort();
  if (test.length === 0 || new Set(Array.from(pool, (place) => labels[place]!)).size < 2) {
    throw new FoveaError(
      'invalid',
      'The labelled images stand in too few groups for a pool and a test part.',
      {
        todo: 'Add images of other groups.',
      },
    );
  }
  return { pool, test };
}

/** Leaves of the classes shares that fall evenly (on a log scale) from 1 to 1 / skew. */
function skewClasses(
  places: Uint32Array,
  labels: Int32Array,
  skew: number,
  random: ReturnType<typeof createRandom>,
): Uint32Array {
  if (skew <= 1) return places;
  const counts = new Map<number, number>();
  for (const place of places) counts.set(labels[place]!, (counts.get(labels[place]!) ?? 0) + 1);
  const classes = random.shuffle([...counts.keys()].sort((a, b) => a - b));
  const shares = new Map(classes.map((k, rank) => [k, skew ** (-rank / Math.max(1, classes.length - 1))]));
  const whole = Math.min(...classes.map((k) => counts.get(k)! / shares.get(k)!));
  const left = new Map(classes.map((k) => [k, Math.max(1, Math.round(whole * shares.get(k)!))]));
  return places.filter((place) => {
    const open = left.get(labels[place]!)!;
    left.set(labels[place]!, open - 1);
    return open > 0;
  });
}
