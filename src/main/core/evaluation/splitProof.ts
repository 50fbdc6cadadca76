import type { SplitPart } from '../../../shared/images.ts';
import type { SplitProof } from '../../../shared/training.ts';
import type { SplitImage } from './components.ts';

export interface SplitClaim {
  readonly images: readonly SplitImage[];
  readonly parts: ReadonlyMap<number, SplitPart>;
  /** Labelled images held out of every part. */
  readonly excluded: number;
  readonly seed: number;
  readonly fractions: SplitProof['fractions'];
}

const BITS: Record<SplitPart, number> = { train: 1, validation: 2, test: 4 };

/**
 * Counts images, groups and overlaps of a split anew from its rows, knowing nothing of how it was drawn.
 * Without groups `groups` counts contents; images without a group beside others that have one count as contents only.
 */
export function proveSplit({ images, parts, excluded, seed, fractions }: SplitClaim): SplitProof {
  const contents = new Map<string, number>();
  const groups = new Map<string, number>();
  const counted = { train: 0, validation: 0, test: 0 };
  for (const { imageId, units } of images) {
    const part = parts.get(imageId);
    if (part === undefined) continue;
    counted[part] += 1;
    units.forEach((unit, index) => {
      const seen = index === 0 ? contents : groups;
      seen.set(unit, (seen.get(unit) ?? 0) | BITS[part]);
    });
  }
  const grouped = groups.size > 0;
  const units = grouped ? groups : contents;
  return {
    seed,
    fractions,
    images: counted,
    groups: {
      train: countWith(units, BITS.train),
      validation: countWith(units, BITS.validation),
      test: countWith(units, BITS.test),
    },
    grouped,
    groupOverlap: countOverlap(groups),
    contentOverlap: countOverlap(contents),
    excluded,
  };
}

function countWith(units: ReadonlyMap<string, number>, bit: number): number {
  let count = 0;
  for (const bits of units.values()) if (bits & bit) count += 1;
  return count;
}

/** Units seen in more than one part: their bits are no power of two. */
function countOverlap(units: ReadonlyMap<string, number>): number {
  let count = 0;
  for (const bits of units.values()) if (bits & (bits - 1)) count += 1;
  return count;
}
