import { describe, expect, it } from 'vitest';
import { checkClassCounts } from '../../../src/main/core/evaluation/classCounts.ts';
import type { SplitImage } from '../../../src/main/core/evaluation/components.ts';
import { checkParts } from '../../../src/main/core/evaluation/partCounts.ts';
import { drawSplit } from '../../../src/main/core/evaluation/split.ts';
import { proveSplit } from '../../../src/main/core/evaluation/splitProof.ts';
import { FoveaError } from '../../../src/shared/errors.ts';
import type { SplitPart } from '../../../src/shared/images.ts';

const fractions = { train: 0.6, validation: 0.2, test: 0.2 };

/** `counts[c]` images of class c; `groups[c]` > 0 spreads them over that many groups of the class. */
function drawImages(counts: readonly number[], groups: readonly number[] = []): SplitImage[] {
  return counts.flatMap((count, classIndex) =>
    Array.from({ length: count }, (_, index) => ({
      imageId: classIndex * 1000 + index,
      classIndex,
      units: [
        `c:${classIndex}/${index}`,
        ...((groups[classIndex] ?? 0) > 0 ? [`g:${classIndex}/${index % groups[classIndex]!}`] : []),
      ],
    })),
  );
}

function draw(images: readonly SplitImage[]): Map<number, SplitPart> {
  return drawSplit({ images, seed: 3, fractions, existing: new Map() }).assignments;
}

describe('proveSplit', () => {
  it('counts a clean split: images, groups, no overlap', () => {
    const images = drawImages([100, 50], [10, 5]);
    expect(proveSplit({ images, parts: draw(images), excluded: 2, seed: 3, fractions })).toEqual({
      seed: 3,
      fractions,
      images: { train: 90, validation: 30, test: 30 },
      groups: { train: 9, validation: 3, test: 3 },
      grouped: true,
      groupOverlap: 0,
      contentOverlap: 0,
      excluded: 2,
    });
  });

  it('sees a deliberately leaky split', () => {
    const images = drawImages([100, 50], [10, 5]);
    const leaky = draw(images);
    // Every image of group 0/0 to train but one: a patient known from learning is tested on.
    const patient = images.filter(({ units }) => units.includes('g:0/0'));
    patient.forEach(({ imageId }, index) => leaky.set(imageId, index === 0 ? 'test' : 'train'));
    expect(proveSplit({ images, parts: leaky, excluded: 0, seed: 3, fractions }).groupOverlap).toBe(1);

    const copies = [0, 1].map((imageId) => ({ imageId, classIndex: 0, units: ['c:same'] }));
    const parts = new Map<number, SplitPart>([
      [0, 'train'],
      [1, 'validation'],
    ]);
    const proof = proveSplit({ images: copies, parts, excluded: 0, seed: 3, fractions });
    expect(proof).toMatchObject({ contentOverlap: 1, groupOverlap: 0, grouped: false });
  });

  it('counts contents where there are no groups', () => {
    const images = drawImages([10, 10]);
    const proof = proveSplit({ images, parts: draw(images), excluded: 0, seed: 3, fractions });
    expect(proof.groups).toEqual({ train: 12, validation: 4, test: 4 });
    expect(proof.grouped).toBe(false);
  });
});

describe('checkClassCounts', () => {
  const refusal = (counts: readonly number[], names: readonly string[], groups: readonly number[] = []) => {
    try {
      checkClassCounts(drawImages(counts, groups), names);
    } catch (error) {
      if (error instanceof FoveaError) return error;
    }
    throw new Error('It was accepted.');
  };

  it('refuses what no honest figure can come from, and says what to do', () => {
    expect(refusal([], ['a', 'b'])).toMatchObject({ code: 'invalid', message: 'No image is labelled yet.' });
    expect(refusal([50, 0], ['Tumour', 'Stroma'])).toMatchObject({ code: 'invalid', subject: 'Tumour' });
    expect(refusal([1, 1], ['a', 'b']).message).toContain('“a” and “b”');
    expect(refusal([500, 2], ['many', 'two']).message).toContain('“two”');
    expect(refusal([90, 90], ['a', 'b'], [2, 2]).message).toContain('too few groups');
  });

  it('trains small classes and names them', () => {
    const { warnings } = checkClassCounts(drawImages([3, 3, 2, 1, 0]), ['a', 'b', 'two', 'single', 'none']);
    expect(warnings).toEqual([
      'The class “none” has no labelled image and is left out.',
      'The class “single” has a single image: it is learnt, but never tested.',
      'The class “two” has only 2 images: it is learnt and tested, but has no say in choosing the model.',
    ]);
    const names = Array.from({ length: 1000 }, (_, index) => `class ${index}`);
    const many = checkClassCounts(drawImages([9, 9, ...new Array<number>(998).fill(1)]), names).warnings;
    expect(many).toHaveLength(1);
    expect(many[0]).toContain('and 993 others have a single image each');
  });

  it('promises what the split then keeps', () => {
    const images = drawImages([3, 7, 2, 1]);
    const parts = draw(images);
    const partsOf = (classIndex: number) =>
      [
        ...new Set(
          images.filter((image) => image.classIndex === classIndex).map(({ imageId }) => parts.get(imageId)),
        ),
      ].sort();
    expect([0, 1, 2, 3].map(partsOf)).toEqual([
      ['test', 'train', 'validation'],
      ['test', 'train', 'validation'],
      ['test', 'train'],
      ['train'],
    ]);
    expect(checkParts(images, parts, ['a', 'b', 'c', 'd']).warnings).toEqual([]);
  });
});

describe('checkParts', () => {
  it('refuses a split that labels have left without a test part', () => {
    const images = drawImages([6, 6]);
    const parts = new Map(
      images.map(({ imageId }): [number, SplitPart] => [imageId, imageId % 2 ? 'train' : 'validation']),
    );
    expect(() => checkParts(images, parts, ['a', 'b'])).toThrow('The test part holds no labelled image.');
    // Images that only teach would never fill that part.
    expect(() => checkParts(images, parts, ['a', 'b'])).toThrow(
      expect.objectContaining({ todo: expect.stringContaining('“measure”') as string }),
    );
    const oneClass = new Map(
      [...draw(images)].filter(([imageId, part]) => part !== 'train' || imageId < 1000),
    );
    expect(() => checkParts(images, oneClass, ['a', 'b'])).toThrow('fewer than two classes');
  });

  it('names classes without test images and few test groups', () => {
    const images = drawImages([60, 60], [10, 10]);
    const parts = draw(images);
    for (const { imageId, classIndex } of images) {
      if (classIndex === 1 && parts.get(imageId) === 'test') parts.set(imageId, 'validation');
    }
    const { warnings } = checkParts(images, parts, ['a', 'b']);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('The class “b” has no image in the test part');
    expect(warnings[1]).toContain('only 2 groups');
  });
});
