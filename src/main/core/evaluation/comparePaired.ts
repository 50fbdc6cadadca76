import { expandedTail } from '../math/expandedTail.ts';
import { drawMultinomial } from '../math/binomial.ts';
import { mcnemarExact } from '../math/mcnemar.ts';
import { pairedInterval, type PairedCounts } from '../math/pairedInterval.ts';
import { quantileSorted } from '../math/quantile.ts';
import { createRandom } from '../math/random.ts';

export interface PairedInput {
  /** `[n]` 1 where the first classifier is right, else 0. */
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  /** `[n]` which independent unit (group) each image belongs to. */
  readonly units: ArrayLike<number>;
  readonly grouped: boolean;
  readonly seed: number;
  readonly resamples?: number;
}

export interface PairedResult {
  readonly images: number;
  readonly units: number;
  /** Share of right answers. */
  readonly accuracy: { readonly first: number; readonly second: number };
  /** Second minus first, with a 95 % interval. */
  readonly difference: number;
  readonly interval: readonly [number, number];
  readonly counts: PairedCounts;
  /** Of the exact McNemar test; it takes images for independent. */
  readonly mcnemar: number;
}

/**
 * Two classifiers on the same images: the difference of their accuracies with a 95 % interval by drawing whole units
 * with replacement (paired cluster bootstrap, percentiles expanded for few units), and the exact McNemar test.
 * A bootstrap collapses where the two hardly differ, and images of one group are never worth more than independent
 * ones, so the interval is widened to that of independent pairs (Newcombe) wherever this reaches further. A single
 * group says nothing about others: [−1, 1]. Throws RangeError for no images.
 */
export function comparePaired(input: PairedInput): PairedResult {
  const counts = countPairs(input);
  const images = input.first.length;
  const difference = (counts.onlySecond - counts.onlyFirst) / images;
  const tallies = tallyUnits(input);
  const independent = pairedInterval(counts);
  const drawn = tallies.length < 2 ? null : bootstrap(tallies, counts, input);
  const alone = input.grouped && tallies.length < 2;
  return {
    images,
    units: tallies.length,
    accuracy: {
      first: (counts.bothRight + counts.onlyFirst) / images,
      second: (counts.bothRight + counts.onlySecond) / images,
    },
    difference,
    interval: alone
      ? [-1, 1]
      : [
          Math.min(independent[0], drawn?.[0] ?? difference),
          Math.max(independent[1], drawn?.[1] ?? difference),
        ],
    counts,
    mcnemar: mcnemarExact(counts.onlyFirst, counts.onlySecond),
  };
}

function countPairs({ first, second }: PairedInput): PairedCounts {
  const counts = { bothRight: 0, onlyFirst: 0, onlySecond: 0, bothWrong: 0 };
  for (let i = 0; i < first.length; i += 1) {
    if (first[i] === 1) counts[second[i] === 1 ? 'bothRight' : 'onlyFirst'] += 1;
    else counts[second[i] === 1 ? 'onlySecond' : 'bothWrong'] += 1;
  }
  return counts;
}

/** What a unit adds to a resample: images, and by how many more the second was right. */
interface Tally {
  images: number;
  gain: number;
}

/** In the order of the units' first images, so that their numbers do not matter. */
function tallyUnits({ first, second, units }: PairedInput): Tally[] {
  const tallies = new Map<number, Tally>();
  for (let i = 0; i < first.length; i += 1) {
    let tally = tallies.get(units[i]!);
    if (tally === undefined) tallies.set(units[i]!, (tally = { images: 0, gain: 0 }));
    tally.images += 1;
    tally.gain += second[i]! - first[i]!;
  }
  return [...tallies.values()];
}

function bootstrap(
  tallies: readonly Tally[],
  counts: PairedCounts,
  { first, seed, resamples = 2000 }: PairedInput,
): [number, number] {
  const random = createRandom(seed);
  const values = new Float64Array(resamples);
  // Where each image is a unit, only three kinds are told apart, and how many of each are drawn is multinomial.
  const kinds = Float64Array.of(
    counts.onlyFirst,
    counts.onlySecond,
    first.length - counts.onlyFirst - counts.onlySecond,
  );
  const drawn = new Float64Array(3);
  for (let resample = 0; resample < resamples; resample += 1) {
    if (tallies.length === first.length) {
      drawMultinomial(random, first.length, kinds, drawn);
      values[resample] = (drawn[1]! - drawn[0]!) / first.length;
      continue;
    }
    let images = 0;
    let gain = 0;
    for (let draw = 0; draw < tallies.length; draw += 1) {
      const tally = tallies[random.int(tallies.length)]!;
      images += tally.images;
      gain += tally.gain;
    }
    values[resample] = gain / images;
  }
  values.sort();
  const tail = expandedTail(tallies.length);
  return [quantileSorted(values, tail), quantileSorted(values, 1 - tail)];
}
