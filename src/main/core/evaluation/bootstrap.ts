import { quantileSorted } from '../math/quantile.ts';
import { createRandom } from '../math/random.ts';

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

/** What each unit adds to a resample: for its classes how many images and how many named rightly. */
interface UnitCounts {
  readonly unitCount: number;
  /** Entries of unit u are start[u] … start[u + 1]. */
  readonly start: Int32Array;
  readonly classOf: Int32Array;
  readonly images: Int32Array;
  readonly right: Int32Array;
}

/**
 * 95 % percentile intervals by drawing whole units with replacement (cluster bootstrap; Field & Welsh 2007).
 * Balanced accuracy averages recall over the classes present in a resample. Work per resample grows with units
 * and their classes, not with images.
 */
export function bootstrapUnits(input: BootstrapInput): BootstrapIntervals {
  const { classCount, seed, resamples = 2000 } = input;
  const counts = countUnits(input);
  const random = createRandom(seed);
  const accuracies = new Float64Array(resamples);
  const balanced = new Float64Array(resamples);
  const images = new Float64Array(classCount);
  const right = new Float64Array(classCount);
  for (let resample = 0; resample < resamples; resample += 1) {
    images.fill(0);
    right.fill(0);
    for (let draw = 0; draw < counts.unitCount; draw += 1) {
      const unit = random.int(counts.unitCount);
      for (let entry = counts.start[unit]!; entry < counts.start[unit + 1]!; entry += 1) {
        images[counts.classOf[entry]!]! += counts.images[entry]!;
        right[counts.classOf[entry]!]! += counts.right[entry]!;
      }
    }
    let allImages = 0;
    let allRight = 0;
    let recalls = 0;
    let present = 0;
    for (let classIndex = 0; classIndex < classCount; classIndex += 1) {
      if (images[classIndex] === 0) continue;
      allImages += images[classIndex]!;
      allRight += right[classIndex]!;
      recalls += right[classIndex]! / images[classIndex]!;
      present += 1;
    }
    accuracies[resample] = allRight / allImages;
    balanced[resample] = recalls / present;
  }
  return {
    unitCount: counts.unitCount,
    accuracy: takePercentiles(accuracies),
    balancedAccuracy: takePercentiles(balanced),
  };
}

function takePercentiles(values: Float64Array): Interval {
  values.sort();
  return [quantileSorted(values, 0.025), quantileSorted(values, 0.975)];
}

/** Units in the order of their first images, so that their names do not matter. */
function countUnits({ labels, predicted, units }: BootstrapInput): UnitCounts {
  const numbers = new Map<number | string, number>();
  const tallies: Map<number, { images: number; right: number }>[] = [];
  let entryCount = 0;
  for (let index = 0; index < labels.length; index += 1) {
    const unit = units[index]!;
    let number = numbers.get(unit);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(unit, number);
      tallies.push(new Map());
    }
    const tally = tallies[number]!;
    const label = labels[index]!;
    const isRight = predicted[index] === label ? 1 : 0;
    const entry = tally.get(label);
    if (entry === undefined) {
      tally.set(label, { images: 1, right: isRight });
      entryCount += 1;
    } else {
      entry.images += 1;
      entry.right += isRight;
    }
  }
  const start = new Int32Array(tallies.length + 1);
  const classOf = new Int32Array(entryCount);
  const images = new Int32Array(entryCount);
  const right = new Int32Array(entryCount);
  let entry = 0;
  tallies.forEach((tally, unit) => {
    for (const [label, counts] of tally) {
      classOf[entry] = label;
      images[entry] = counts.images;
      right[entry] = counts.right;
      entry += 1;
    }
    start[unit + 1] = entry;
  });
  return { unitCount: tallies.length, start, classOf, images, right };
}
