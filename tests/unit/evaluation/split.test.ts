import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SplitImage } from '../../../src/main/core/evaluation/components.ts';
import { drawSplit } from '../../../src/main/core/evaluation/split.ts';
import { createRandom } from '../../../src/main/core/math/random.ts';
import type { SplitPart } from '../../../src/shared/images.ts';

const fractions = { train: 0.6, validation: 0.2, test: 0.2 };
const NONE = new Map<number, SplitPart>();

/** Up to 40 images of up to 4 classes, each in 0 to 2 of a few groups; now and then two share a content. */
const library = fc
  .array(
    fc.record({
      classIndex: fc.nat(3),
      content: fc.oneof({ weight: 9, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(3) }),
      groups: fc.uniqueArray(fc.nat(14), { maxLength: 2 }),
      laterGroup: fc.nat(7),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((rows) =>
    rows.map(({ classIndex, content, groups, laterGroup }, index) => ({
      laterGroup,
      image: {
        imageId: index + 1,
        classIndex,
        units: [`c:${content < 0 ? `own ${index}` : content}`, ...groups.map((group) => `g:${group}`)],
      },
    })),
  );

/** Pairs of images that share a unit and stand in different parts, found by looking at every pair. */
function findLeaks(images: readonly SplitImage[], parts: ReadonlyMap<number, SplitPart>): number[][] {
  const leaks: number[][] = [];
  for (const a of images) {
    for (const b of images) {
      const [first, second] = [parts.get(a.imageId), parts.get(b.imageId)];
      if (a.imageId >= b.imageId || first === undefined || second === undefined || first === second) continue;
      if (a.units.some((unit) => b.units.includes(unit))) leaks.push([a.imageId, b.imageId]);
    }
  }
  return leaks;
}

/** `count` images of one class, each with its own content and the group that `groupOf` names. */
function drawClass(classIndex: number, count: number, groupOf?: (index: number) => string): SplitImage[] {
  return Array.from({ length: count }, (_, index) => ({
    imageId: classIndex * 100_000 + index,
    classIndex,
    units: [`c:${classIndex}/${index}`, ...(groupOf === undefined ? [] : [`g:${groupOf(index)}`])],
  }));
}

function countParts(images: readonly SplitImage[], parts: ReadonlyMap<number, SplitPart>): number[] {
  return (['train', 'validation', 'test'] as const).map(
    (part) => images.filter(({ imageId }) => parts.get(imageId) === part).length,
  );
}

describe('drawSplit on 1,000 random libraries', () => {
  it('never divides a group or content, forgets no image, and stays when images or groups are added', () => {
    fc.assert(
      fc.property(library, fc.integer(), fc.nat(40), (rows, seed, knownCount) => {
        const images = rows.map(({ image }) => image);
        const before = images.slice(0, knownCount);
        const first = drawSplit({ images: before, seed, fractions, existing: NONE });
        expect(findLeaks(before, first.assignments)).toEqual([]);
        expect(first.excluded).toEqual([]);
        expect(first.assignments.size).toBe(before.length);

        const second = drawSplit({ images, seed, fractions, existing: first.assignments });
        expect(findLeaks(images, second.assignments)).toEqual([]);
        for (const [imageId, part] of first.assignments) expect(second.assignments.get(imageId)).toBe(part);
        expect(new Set([...second.assignments.keys(), ...second.excluded]).size).toBe(images.length);
        expect(second.assignments.size + second.excluded.length).toBe(images.length);

        const regrouped = rows.map(({ image, laterGroup }) => ({
          ...image,
          units: [image.units[0]!, `g:later ${laterGroup}`],
        }));
        const third = drawSplit({ images: regrouped, seed, fractions, existing: second.assignments });
        expect(findLeaks(regrouped, third.assignments)).toEqual([]);
        for (const [imageId, part] of third.assignments) {
          expect(second.assignments.get(imageId) ?? part).toBe(part);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('depends on seed, contents and groups, not on the order of images, their ids or their units', () => {
    fc.assert(
      fc.property(library, fc.integer(), (rows, seed) => {
        const images = rows.map(({ image }) => image);
        const renamed = createRandom(seed)
          .shuffle([...images])
          .map(({ imageId, classIndex, units }) => {
            return { imageId: 5000 - imageId, classIndex, units: [units[0]!, ...units.slice(1).reverse()] };
          });
        const one = drawSplit({ images, seed, fractions, existing: NONE }).assignments;
        const other = drawSplit({ images: renamed, seed, fractions, existing: NONE }).assignments;
        for (const [imageId, part] of one) expect(other.get(5000 - imageId)).toBe(part);
      }),
      { numRuns: 200 },
    );
  });
});

describe('drawSplit', () => {
  it('gives every class its shares to within one image when images stand alone', () => {
    const images = [drawClass(0, 1000), drawClass(1, 97), drawClass(2, 13), drawClass(3, 3)].flat();
    const { assignments } = drawSplit({ images, seed: 5, fractions, existing: NONE });
    const counts = [0, 1, 2, 3].map((classIndex) =>
      countParts(
        images.filter((image) => image.classIndex === classIndex),
        assignments,
      ),
    );
    expect(counts[0]).toEqual([600, 200, 200]);
    for (const [index, share] of [0.6, 0.2, 0.2].entries()) {
      expect(Math.abs(counts[1]![index]! - 97 * share)).toBeLessThan(1);
      expect(Math.abs(counts[2]![index]! - 13 * share)).toBeLessThan(1);
    }
    expect(counts[3]).toEqual([1, 1, 1]);
  });

  it('takes other fractions', () => {
    const images = drawClass(0, 100);
    const wanted = { train: 0.5, validation: 0.1, test: 0.4 };
    const { assignments } = drawSplit({ images, seed: 1, fractions: wanted, existing: NONE });
    expect(countParts(images, assignments)).toEqual([50, 10, 40]);
  });

  it('gives each part a group when a class has three, train the only one, train and test the only two', () => {
    const images = [
      drawClass(0, 60, (index) => `a${index % 3}`),
      drawClass(1, 40, (index) => `b${index % 2}`),
      drawClass(2, 20, () => 'c'),
    ].flat();
    for (let seed = 0; seed < 20; seed += 1) {
      const { assignments } = drawSplit({ images, seed, fractions, existing: NONE });
      expect(countParts(images.slice(0, 60), assignments)).toEqual([20, 20, 20]);
      expect(countParts(images.slice(60, 100), assignments)).toEqual([20, 0, 20]);
      expect(countParts(images.slice(100), assignments)).toEqual([20, 0, 0]);
    }
  });

  it('comes near the shares with few groups of unlike sizes, and other seeds draw other groups', () => {
    const sizes = [120, 90, 60, 45, 30, 25, 20, 10];
    const bounds = sizes.map((_, index) => sizes.slice(0, index + 1).reduce((a, b) => a + b, 0));
    const images = drawClass(0, 400, (index) => `p${bounds.findIndex((bound) => index < bound)}`);
    const drawn = new Set<string>();
    for (let seed = 0; seed < 30; seed += 1) {
      const { assignments } = drawSplit({ images, seed, fractions, existing: NONE });
      const counts = countParts(images, assignments);
      expect(Math.abs(counts[0]! / 400 - 0.6)).toBeLessThan(0.08);
      expect(Math.abs(counts[1]! / 400 - 0.2)).toBeLessThan(0.08);
      expect(Math.abs(counts[2]! / 400 - 0.2)).toBeLessThan(0.08);
      drawn.add([...assignments.values()].join());
    }
    expect(drawn.size).toBeGreaterThan(5);
  });

  it('lets the seed decide which of nearly equal groups is learnt from, not their size', () => {
    const images = drawClass(0, 297, (index) => (index < 100 ? 'a' : index < 199 ? 'b' : 'c'));
    const learnt = new Set<number>();
    for (let seed = 0; seed < 20; seed += 1) {
      const { assignments } = drawSplit({ images, seed, fractions, existing: NONE });
      learnt.add(countParts(images, assignments)[0]!);
    }
    expect(learnt).toEqual(new Set([98, 99, 100]));
  });

  it('comes near the shares of every class when patients hold all classes unevenly', () => {
    const random = createRandom(9);
    const images = Array.from({ length: 3000 }, (_, index) => {
      const patient = random.int(60);
      const classIndex = random.next() < 0.5 ? patient % 4 : random.int(4);
      return { imageId: index, classIndex, units: [`c:${index}`, `g:${patient}`] };
    });
    const { assignments } = drawSplit({ images, seed: 1, fractions, existing: NONE });
    for (let classIndex = 0; classIndex < 4; classIndex += 1) {
      const own = images.filter((image) => image.classIndex === classIndex);
      const [train, validation, test] = countParts(own, assignments).map((count) => count / own.length);
      expect(Math.abs(train! - 0.6)).toBeLessThan(0.05);
      expect(Math.abs(validation! - 0.2)).toBeLessThan(0.05);
      expect(Math.abs(test! - 0.2)).toBeLessThan(0.05);
    }
  });

  it('brings later images towards the shares without moving the first ones', () => {
    const all = drawClass(0, 500);
    const early = all.slice(0, 50);
    const existing = new Map(early.map(({ imageId }): [number, SplitPart] => [imageId, 'train']));
    const { assignments } = drawSplit({ images: all, seed: 1, fractions, existing });
    expect(countParts(all, assignments)).toEqual([300, 100, 100]);
    expect(countParts(early, assignments)).toEqual([50, 0, 0]);
  });

  it('holds out a new image that ties two parts, and both ends of a chain that does', () => {
    const image = (imageId: number, ...groups: string[]) => ({
      imageId,
      classIndex: 0,
      units: [`c:${imageId}`, ...groups],
    });
    const existing = new Map<number, SplitPart>([
      [1, 'train'],
      [2, 'test'],
    ]);
    const known = [image(1, 'g:a'), image(2, 'g:b')];
    const tie = drawSplit({
      images: [...known, image(3, 'g:a', 'g:b'), image(4, 'g:a')],
      seed: 1,
      fractions,
      existing,
    });
    expect(tie.excluded).toEqual([3]);
    expect(tie.assignments.get(4)).toBe('train');
    const chain = drawSplit({
      images: [...known, image(3, 'g:a', 'g:x'), image(4, 'g:x', 'g:b')],
      seed: 1,
      fractions,
      existing,
    });
    expect(chain.excluded).toEqual([3, 4]);
  });

  it('keeps the larger side and holds out the rest when groups are read after the split was drawn', () => {
    const images = drawClass(0, 10, () => 'one patient');
    const existing = new Map(
      images.map(({ imageId }, index): [number, SplitPart] => [imageId, index < 6 ? 'train' : 'test']),
    );
    const { assignments, excluded } = drawSplit({ images, seed: 1, fractions, existing });
    expect(countParts(images, assignments)).toEqual([6, 0, 0]);
    expect(excluded).toEqual([6, 7, 8, 9]);
  });

  it('numbers units so that images share one exactly when they must not be divided', () => {
    const images = drawClass(0, 30, (index) => `p${index % 7}`);
    const { unitOf } = drawSplit({ images, seed: 1, fractions, existing: NONE });
    expect(new Set(unitOf.values()).size).toBe(7);
    images.forEach(({ imageId }, index) => {
      expect(unitOf.get(imageId)).toBe(unitOf.get(images[index % 7]!.imageId));
    });
  });
});
