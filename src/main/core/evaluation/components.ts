import { createUnionFind } from '../math/unionFind.ts';

/** A labelled image as the split sees it. */
export interface SplitImage {
  readonly imageId: number;
  readonly classIndex: number;
  /** First its content id, then every group (patient, slide) it belongs to. No two meanings share a string. */
  readonly units: readonly string[];
}

/** Images that share contents or groups, directly or through others; never divided between parts. */
export interface Component {
  /** Its smallest unit: the same whatever the order of images or their ids. */
  readonly key: string;
  readonly images: readonly SplitImage[];
}

/** Connected components of images that share a unit, in the order of their first images. */
export function findComponents(images: readonly SplitImage[]): Component[] {
  const sets = createUnionFind(images.length);
  const holderOf = new Map<string, number>();
  for (const [index, { units }] of images.entries()) {
    for (const unit of units) {
      const holder = holderOf.get(unit);
      if (holder === undefined) holderOf.set(unit, index);
      else sets.join(holder, index);
    }
  }
  const found = new Map<number, { key: string; images: SplitImage[] }>();
  for (const [index, image] of images.entries()) {
    const root = sets.find(index);
    let component = found.get(root);
    if (component === undefined) {
      component = { key: image.units[0]!, images: [] };
      found.set(root, component);
    }
    component.images.push(image);
    for (const unit of image.units) if (unit < component.key) component.key = unit;
  }
  return [...found.values()];
}

/** How many independent components hold each class: `[classCount]`. */
export function countComponentsByClass(components: readonly Component[], classCount: number): Int32Array {
  const counts = new Int32Array(classCount);
  for (const { images } of components) {
    for (const classIndex of new Set(images.map((image) => image.classIndex))) counts[classIndex]! += 1;
  }
  return counts;
}
