import { FoveaError } from '../../../shared/errors.ts';
import type { SplitPart } from '../../../shared/images.ts';
import { sayOfClasses } from './classSentences.ts';
import { countComponentsByClass, findComponents, type SplitImage } from './components.ts';

/** Under this many groups in the test part a bootstrap over groups tends to be too narrow. */
const FEW_GROUPS = 10;

const REDRAW =
  'Or draw a new split from another seed: labels or groups have changed since this one was drawn.';

/**
 * Judges a drawn split before it is used, and names what no figure will tell because a part lacks it.
 *
 * Throws FoveaError `invalid` when a part is empty or train holds fewer than two classes; that happens when
 * labels or groups were changed after the split had been drawn.
 */
export function checkParts(
  images: readonly SplitImage[],
  parts: ReadonlyMap<number, SplitPart>,
  classNames: readonly string[],
): { readonly warnings: string[] } {
  const seen: Record<SplitPart, Set<number>> = { train: new Set(), validation: new Set(), test: new Set() };
  const testGroups = new Set<string>();
  for (const { imageId, classIndex, units } of images) {
    const part = parts.get(imageId);
    if (part === undefined) continue;
    seen[part].add(classIndex);
    if (part === 'test') for (const group of units.slice(1)) testGroups.add(group);
  }
  refuseEmptyParts(seen);

  // One unit cannot be in two parts; such classes have been named by `checkClassCounts`.
  const units = countComponentsByClass(findComponents(images), classNames.length);
  const namesWhere = (test: (classIndex: number) => boolean): string[] =>
    classNames.filter((_, index) => units[index]! > 1 && test(index));
  const warnings = [
    sayOfClasses(
      namesWhere((index) => !seen.train.has(index)),
      'has no image in the training part: it will never be named.',
      'have no image in the training part: they will never be named.',
    ),
    sayOfClasses(
      namesWhere((index) => seen.train.has(index) && !seen.test.has(index)),
      'has no image in the test part: how well it is recognised is not known.',
      'have no image in the test part: how well they are recognised is not known.',
    ),
  ].filter((text) => text !== null);
  if (testGroups.size > 0 && testGroups.size < FEW_GROUPS) {
    const groups = testGroups.size === 1 ? '1 group' : `${testGroups.size} groups`;
    warnings.push(`The test part holds only ${groups}: with so few, intervals tend to be too narrow.`);
  }
  return { warnings };
}

function refuseEmptyParts(seen: Record<SplitPart, ReadonlySet<number>>): void {
  if (seen.train.size < 2) {
    throw new FoveaError('invalid', 'The training part holds images of fewer than two classes.', {
      todo: `Label more images. ${REDRAW}`,
    });
  }
  for (const part of ['validation', 'test'] as const) {
    if (seen[part].size === 0) {
      throw new FoveaError('invalid', `The ${part} part holds no labelled image.`, {
        todo: `Label images of the queue “measure” of the suggestions, which draws them from the test and validation parts. ${REDRAW}`,
      });
    }
  }
}
