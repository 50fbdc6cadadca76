import type { SplitPart } from '../../../shared/images.ts';
import type { SplitProof } from '../../../shared/training.ts';
import { findComponents, type Component, type SplitImage } from './components.ts';
import { placeComponents } from './placeComponents.ts';

export interface SplitRequest {
  /** Every labelled image of the library, in any order. */
  readonly images: readonly SplitImage[];
  readonly seed: number;
  /** Shares above 0 that add up to 1. */
  readonly fractions: SplitProof['fractions'];
  /** Where images were put before; those that are not in `images` are passed over. */
  readonly existing: ReadonlyMap<number, SplitPart>;
}

export interface DrawnSplit {
  /** The part of every image that is used. */
  readonly assignments: Map<number, SplitPart>;
  /** Images held out of every part, because with them two parts would share a group or content. */
  readonly excluded: number[];
  /** For every image of `assignments` the number of its component: the independent unit for intervals. */
  readonly unitOf: Map<number, number>;
}

/**
 * Draws train, validation and test once from a seed, or extends what was drawn before.
 *
 * - Images joined by a group or content, directly or through others, always stand in one part.
 * - An image that was put somewhere never moves. New images follow their component; a new one that ties
 *   images of two parts together is held out. Where images that were put in different parts turn out to share
 *   a group (groups were read later), the part that holds most of them is kept and the others are held out.
 * - Stratified by class; the result depends on the seed, contents and groups, not on the order of `images`.
 */
export function drawSplit({ images, seed, fractions, existing }: SplitRequest): DrawnSplit {
  const assignments = new Map<number, SplitPart>();
  const excluded: number[] = [];
  const unitOf = new Map<number, number>();
  const settled: { component: Component; part: SplitPart }[] = [];
  const open: Component[] = [];
  const partOf = keepExisting(images, existing, excluded);
  for (const component of untie(images, partOf, new Set(excluded), excluded)) {
    const part = findPart(component, partOf);
    if (part === undefined) open.push(component);
    else settled.push({ component, part });
  }
  const placed = placeComponents({ open, settled, seed, fractions });
  [...settled, ...placed].forEach(({ component, part }, unit) => {
    for (const { imageId } of component.images) {
      assignments.set(imageId, part);
      unitOf.set(imageId, unit);
    }
  });
  return { assignments, excluded: excluded.sort((a, b) => a - b), unitOf };
}

/** The existing parts that hold good: one for each component of the images that have one. */
function keepExisting(
  images: readonly SplitImage[],
  existing: ReadonlyMap<number, SplitPart>,
  excluded: number[],
): Map<number, SplitPart> {
  const partOf = new Map<number, SplitPart>();
  for (const component of findComponents(images.filter(({ imageId }) => existing.has(imageId)))) {
    const kept = findMostCommon(component, existing);
    for (const { imageId } of component.images) {
      if (existing.get(imageId) === kept) partOf.set(imageId, kept);
      else excluded.push(imageId);
    }
  }
  return partOf;
}

/** The part that holds most of a component; of equals test first, the one that was never learnt from. */
function findMostCommon({ images }: Component, existing: ReadonlyMap<number, SplitPart>): SplitPart {
  const counts = { test: 0, validation: 0, train: 0 };
  for (const { imageId } of images) counts[existing.get(imageId)!] += 1;
  return (['test', 'validation', 'train'] as const).reduce((best, part) =>
    counts[part] > counts[best] ? part : best,
  );
}

/** Components that touch one part at most; the new images that tie two parts together go to `excluded`. */
function untie(
  images: readonly SplitImage[],
  partOf: ReadonlyMap<number, SplitPart>,
  heldOut: ReadonlySet<number>,
  excluded: number[],
): Component[] {
  const partOfUnit = new Map<string, SplitPart>();
  for (const { imageId, units } of images) {
    const part = partOf.get(imageId);
    if (part !== undefined) for (const unit of units) partOfUnit.set(unit, part);
  }
  const used: SplitImage[] = [];
  for (const image of images) {
    if (heldOut.has(image.imageId)) continue;
    if (hasSeveral(image.units, (unit) => partOfUnit.get(unit))) excluded.push(image.imageId);
    else used.push(image);
  }
  const single: Component[] = [];
  for (const component of findComponents(used)) {
    if (!hasSeveral(component.images, ({ imageId }) => partOf.get(imageId))) {
      single.push(component);
      continue;
    }
    // Tied through a chain of new images: none of them can be told to be the harmless one.
    for (const { imageId } of component.images) if (!partOf.has(imageId)) excluded.push(imageId);
    single.push(...findComponents(component.images.filter(({ imageId }) => partOf.has(imageId))));
  }
  return single;
}

function findPart({ images }: Component, partOf: ReadonlyMap<number, SplitPart>): SplitPart | undefined {
  for (const { imageId } of images) {
    const part = partOf.get(imageId);
    if (part !== undefined) return part;
  }
  return undefined;
}

function hasSeveral<T>(items: readonly T[], partOf: (item: T) => SplitPart | undefined): boolean {
  let first: SplitPart | undefined;
  for (const item of items) {
    const part = partOf(item);
    if (part === undefined) continue;
    if (first !== undefined && part !== first) return true;
    first = part;
  }
  return false;
}
