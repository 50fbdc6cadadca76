import { FoveaError } from '../../../shared/errors.ts';
import { quoteClasses, sayOfClasses } from './classSentences.ts';
import { countComponentsByClass, findComponents, type SplitImage } from './components.ts';

/** Units that a class needs to stand in train, validation and test. */
const PARTS = 3;

/**
 * Judges, before training, whether the labelled images suffice, and names the classes that are too small.
 *
 * The rule counts independent units (groups where there are any, else contents):
 * - at least two classes need three units each, one for each part; otherwise there is nothing to learn from, or
 *   no honest figure to be had, and FoveaError `invalid` says so;
 * - a class with two is learnt and tested but has no say in choosing the model, one with one is learnt but
 *   never tested; both are trained and named in `warnings`;
 * - a class without labelled images is left out and named.
 */
export function checkClassCounts(
  images: readonly SplitImage[],
  classNames: readonly string[],
): { readonly warnings: string[] } {
  const units = countComponentsByClass(findComponents(images), classNames.length);
  const namesWith = (test: (count: number) => boolean): string[] =>
    classNames.filter((_, index) => test(units[index]!));
  const present = namesWith((count) => count > 0);
  if (present.length === 0) {
    throw new FoveaError('invalid', 'No image is labelled yet.', {
      todo: `Label at least ${PARTS} images of each of at least 2 classes.`,
    });
  }
  if (present.length === 1) {
    throw new FoveaError('invalid', `All labelled images are of one class, ${quoteClasses(present)}.`, {
      subject: present[0]!,
      todo: 'Label images of a second class: a classifier needs at least two.',
    });
  }
  const grouped = images.some((image) => image.units.length > 1);
  if (namesWith((count) => count >= PARTS).length < 2) throw sayTooFew(images, classNames, units, grouped);
  return { warnings: nameSmallClasses(namesWith, grouped) };
}

function sayTooFew(
  images: readonly SplitImage[],
  classNames: readonly string[],
  units: Int32Array,
  grouped: boolean,
): FoveaError {
  const imageCounts = new Int32Array(classNames.length);
  for (const { classIndex } of images) imageCounts[classIndex]! += 1;
  const small = classNames.filter((_, index) => units[index]! > 0 && units[index]! < PARTS);
  const whole = `train, validation and test cannot be kept apart`;
  // With enough images it is the groups that are few, and more images of the same groups would not help.
  if (grouped && imageCounts.filter((count) => count >= PARTS).length >= 2) {
    return new FoveaError('invalid', `Images of ${quoteClasses(small)} come from too few groups: ${whole}.`, {
      subject: small[0]!,
      todo: `Add images of other groups: at least 2 classes need ${PARTS} independent groups each.`,
    });
  }
  return new FoveaError('invalid', `There are too few labelled images of ${quoteClasses(small)}: ${whole}.`, {
    subject: small[0]!,
    todo: `Label more: at least 2 classes need ${PARTS} different images each, one to learn from, one to choose by, one to test on.`,
  });
}

function nameSmallClasses(
  namesWith: (test: (count: number) => boolean) => string[],
  grouped: boolean,
): string[] {
  const [one, many] = grouped ? ['group', 'groups'] : ['image', 'images'];
  return [
    sayOfClasses(
      namesWith((count) => count === 0),
      'has no labelled image and is left out.',
      'have no labelled image and are left out.',
    ),
    sayOfClasses(
      namesWith((count) => count === 1),
      `has a single ${one}: it is learnt, but never tested.`,
      `have a single ${one} each: they are learnt, but never tested.`,
    ),
    sayOfClasses(
      namesWith((count) => count === 2),
      `has only 2 ${many}: it is learnt and tested, but has no say in choosing the model.`,
      `have only 2 ${many} each: they are learnt and tested, but have no say in choosing the model.`,
    ),
  ].filter((text) => text !== null);
}
