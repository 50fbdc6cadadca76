import type { SplitProof } from '../../../shared/training.ts';
import type { Component } from './components.ts';

/** A component as counts. */
export interface Weighed {
  /** Classes it holds, ascending. */
  readonly classes: Int32Array;
  /** How many images of each. */
  readonly counts: Int32Array;
}

/** Counts the classes of a component. */
export function weighComponent({ images }: Component): Weighed {
  const first = images[0]!.classIndex;
  if (images.every(({ classIndex }) => classIndex === first)) {
    return { classes: Int32Array.of(first), counts: Int32Array.of(images.length) };
  }
  const counts = new Map<number, number>();
  for (const { classIndex } of images) counts.set(classIndex, (counts.get(classIndex) ?? 0) + 1);
  const classes = Int32Array.from(counts.keys()).sort();
  return { classes, counts: classes.map((classIndex) => counts.get(classIndex)!) };
}

/** Running counts of images by class and part, and the choice they lead to. */
export interface Tally {
  /** The largest share of a whole class that a component holds. */
  largestShare(item: Weighed): number;
  /** Puts a component into the part that needs it most; 0 train, 1 validation, 2 test. */
  place(item: Weighed): number;
  /** What an order would cost, without keeping it: classes missing from a part, plus mean excess over the shares. */
  tryOrder(order: readonly Weighed[]): number;
}

export interface TallyStart {
  readonly open: readonly Weighed[];
  readonly settled: readonly { readonly item: Weighed; readonly part: number }[];
  readonly fractions: SplitProof['fractions'];
}

/** Parts a class is wanted in, as bits, by how many components hold it: none, train, train + test, all. */
const WANTED = [0, 0b001, 0b101, 0b111];

interface Counts {
  /** `[classes, 3]` images. */
  readonly images: Float64Array;
  /** Components yet to come, by class. */
  readonly remaining: Int32Array;
  /** Parts in which a class has an image, as bits. */
  readonly present: Uint8Array;
}

/** Counts what is settled and what is to come. */
export function createTally({ open, settled, fractions }: TallyStart): Tally {
  const shares = [fractions.train, fractions.validation, fractions.test];
  const all = [...settled.map(({ item }) => item), ...open];
  const classCount = all.reduce((most, { classes }) => Math.max(most, classes.at(-1)! + 1), 0);
  const totals = new Float64Array(classCount);
  const holders = new Int32Array(classCount);
  let counts: Counts = {
    images: new Float64Array(classCount * 3),
    remaining: new Int32Array(classCount),
    present: new Uint8Array(classCount),
  };
  for (const { classes, counts: sizes } of all) {
    classes.forEach((classIndex, index) => {
      totals[classIndex]! += sizes[index]!;
      holders[classIndex]! += 1;
      counts.remaining[classIndex]! += 1;
    });
  }

  /** Parts that a class still needs, when as few components are left as it needs parts. */
  const findNeeded = (classIndex: number): number => {
    const missing = WANTED[Math.min(3, holders[classIndex]!)]! & ~counts.present[classIndex]!;
    return counts.remaining[classIndex]! <= countBits(missing) ? missing : 0;
  };

  const choosePart = ({ classes, counts: sizes }: Weighed): number => {
    let best = 0;
    let bestNeed = -1;
    let bestLack = -Infinity;
    for (let part = 0; part < 3; part += 1) {
      let need = 0;
      let lack = 0;
      for (let index = 0; index < classes.length; index += 1) {
        const classIndex = classes[index]!;
        const total = totals[classIndex]!;
        if (findNeeded(classIndex) & (1 << part)) need += 1;
        // Falls by how much Σ ((images − wanted) / total)² falls when the component comes here.
        lack += (sizes[index]! / total) * (shares[part]! - counts.images[classIndex * 3 + part]! / total);
      }
      if (need > bestNeed || (need === bestNeed && lack > bestLack + 1e-12)) {
        best = part;
        bestNeed = need;
        bestLack = lack;
      }
    }
    return best;
  };

  const putInto = ({ classes, counts: sizes }: Weighed, part: number): void => {
    for (let index = 0; index < classes.length; index += 1) {
      const classIndex = classes[index]!;
      counts.images[classIndex * 3 + part]! += sizes[index]!;
      counts.remaining[classIndex]! -= 1;
      counts.present[classIndex]! |= 1 << part;
    }
  };

  const place = (item: Weighed): number => {
    const part = choosePart(item);
    putInto(item, part);
    return part;
  };

  const measureCost = (): number => {
    let missing = 0;
    let excess = 0;
    for (let classIndex = 0; classIndex < classCount; classIndex += 1) {
      if (totals[classIndex] === 0) continue;
      const wanted = WANTED[Math.min(3, holders[classIndex]!)]!;
      missing += Math.max(
        0,
        countBits(wanted & ~counts.present[classIndex]!) - counts.remaining[classIndex]!,
      );
      for (let part = 0; part < 3; part += 1) {
        excess += Math.max(0, counts.images[classIndex * 3 + part]! / totals[classIndex]! - shares[part]!);
      }
    }
    return missing + excess / Math.max(1, classCount);
  };

  for (const { item, part } of settled) putInto(item, part);
  return {
    largestShare({ classes, counts: sizes }) {
      let largest = 0;
      classes.forEach((classIndex, index) => {
        largest = Math.max(largest, sizes[index]! / totals[classIndex]!);
      });
      return largest;
    },
    place,
    tryOrder(order) {
      const before = counts;
      counts = {
        images: before.images.slice(),
        remaining: before.remaining.slice(),
        present: before.present.slice(),
      };
      for (const item of order) place(item);
      const cost = measureCost();
      counts = before;
      return cost;
    },
  };
}

function countBits(bits: number): number {
  return (bits & 1) + ((bits >> 1) & 1) + ((bits >> 2) & 1);
}
