import { drawMultinomial } from '../math/binomial.ts';
import { expandedTail } from '../math/expandedTail.ts';
import { quantileSorted } from '../math/quantile.ts';
import { createRandom, type Random } from '../math/random.ts';
import { countUnits, type UnitCounts } from './unitCounts.ts';

export type Interval = [low: number, high: number];

export interface BootstrapInput {
  /** `[n]` class index of each image. */
  readonly labels: Int32Array;
  readonly predicted: Int32Array;
  /** `[n]` which independent unit (group) each image belongs to. */
  readonly units: ArrayLike<number | string>;
  readonly classCount: number;
  readonly seed: number;
  readonly resamples?: number;
}

export interface BootstrapIntervals {
  readonly unitCount: number;
  readonly accuracy: Interval;
  readonly balancedAccuracy: Interval;
}

/** Images and images named rightly by class, of one resample. */
interface Resample {
  readonly images: Float64Array;
  readonly right: Float64Array;
}

/**
 * 95 % intervals by drawing whole units with replacement (cluster bootstrap; Field & Welsh 2007), with the
 * percentiles expanded for few units.
 * Balanced accuracy averages recall over the classes present in a resample. The work of a resample grows with
 * units and their classes, or, where each image is a unit, with classes alone.
 */
export function bootstrapUnits(input: BootstrapInput): BootstrapIntervals {
  const { classCount, seed, resamples = 2000 } = input;
  const counts = countUnits(input.labels, input.predicted, input.units);
  const random = createRandom(seed);
  const alone = counts.unitCount === input.labels.length;
  const draw = alone ? prepareImageDraw(input, random) : prepareUnitDraw(counts, random);
  const accuracies = new Float64Array(resamples);
  const balanced = new Float64Array(resamples);
  const sample = { images: new Float64Array(classCount), right: new Float64Array(classCount) };
  for (let resample = 0; resample < resamples; resample += 1) {
    draw(sample);
    const figures = measureResample(sample);
    accuracies[resample] = figures.accuracy;
    balanced[resample] = figures.balancedAccuracy;
  }
  return {
    unitCount: counts.unitCount,
    accuracy: takePercentiles(accuracies, counts.unitCount),
    balancedAccuracy: takePercentiles(balanced, counts.unitCount),
  };
}

function prepareUnitDraw(counts: UnitCounts, random: Random): (sample: Resample) => void {
  return ({ images, right }) => {
    images.fill(0);
    right.fill(0);
    for (let draw = 0; draw < counts.unitCount; draw += 1) {
      const unit = random.int(counts.unitCount);
      for (let entry = counts.start[unit]!; entry < counts.start[unit + 1]!; entry += 1) {
        images[counts.classOf[entry]!]! += counts.images[entry]!;
        right[counts.classOf[entry]!]! += counts.right[entry]!;
      }
    }
  };
}

/** Images differ by class and by being right or wrong alone: how many of each kind are drawn is multinomial. */
function prepareImageDraw(input: BootstrapInput, random: Random): (sample: Resample) => void {
  const kinds = new Float64Array(2 * input.classCount);
  input.labels.forEach((label, row) => {
    kinds[2 * label + (input.predicted[row] === label ? 1 : 0)]! += 1;
  });
  const drawn = new Float64Array(kinds.length);
  return ({ images, right }) => {
    drawMultinomial(random, input.labels.length, kinds, drawn);
    for (let classIndex = 0; classIndex < images.length; classIndex += 1) {
      right[classIndex] = drawn[2 * classIndex + 1]!;
      images[classIndex] = drawn[2 * classIndex]! + drawn[2 * classIndex + 1]!;
    }
  };
}

function measureResample({ images, right }: Resample): { accuracy: number; balancedAccuracy: number } {
  let allImages = 0;
  let allRight = 0;
  let recalls = 0;
  let present = 0;
  for (let classIndex = 0; classIndex < images.length; classIndex += 1) {
    if (images[classIndex] === 0) continue;
    allImages += images[classIndex]!;
    allRight += right[classIndex]!;
    recalls += right[classIndex]! / images[classIndex]!;
    present += 1;
  }
  return { accuracy: allRight / allImages, balancedAccuracy: recalls / present };
}

/** Expanded percentiles; a single unit gives the point that it is. */
function takePercentiles(values: Float64Array, units: number): Interval {
  const tail = units < 2 ? 0.5 : expandedTail(units);
  values.sort();
  return [quantileSorted(values, tail), quantileSorted(values, 1 - tail)];
}
