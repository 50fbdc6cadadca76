import type { Evaluation } from '../../shared/evaluation.ts';
import { formatQuantity, formatShare } from '../ui/formatNumbers.ts';

/** Below this width of the interval the figure can be quoted as it stands. */
const NARROW = 0.06;
const WIDE = 0.15;

/** "91 of 100 images that it had never seen were classified right." */
export function accuracyInWords(test: Evaluation): string {
  const right = Math.round(test.accuracy * test.images);
  const images = formatQuantity(test.images, 'image');
  return `It classified ${right} of ${images} right that it had never seen.`;
}

/** What of a model's card the interval is told from. */
interface Measured {
  readonly test: Pick<Evaluation, 'interval' | 'units' | 'intervalMethod'>;
  readonly split: { readonly groups: { readonly test: number } };
}

/** What the interval says about other images of the same kind, and how it was found. */
export function intervalInWords({ test, split }: Measured): string {
  const [low, high] = test.interval;
  const how =
    test.intervalMethod === 'group-bootstrap'
      ? `counted over ${nameUnits(split.groups.test, test.units)}, because images of one group resemble each other`
      : `over ${formatQuantity(test.units, 'independent image')}`;
  return (
    `On new images of the same kind, expect between ${formatShare(low)} and ${formatShare(high)} ` +
    `(95 % confidence, ${how}).`
  );
}

/** What is resampled: groups, and each image without one for itself. */
function nameUnits(groups: number, units: number): string {
  const single = units - groups;
  if (single <= 0) return formatQuantity(units, 'group');
  return `${formatQuantity(groups, 'group')} and ${formatQuantity(single, 'image')} without a group`;
}

/** What to do about the interval's width; null when it is narrow enough to need no advice. */
export function adviceOnWidth(test: Evaluation): string | null {
  const width = test.interval[1] - test.interval[0];
  if (width <= NARROW) return null;
  const units = test.intervalMethod === 'group-bootstrap' ? 'groups' : 'labelled images';
  return width > WIDE
    ? `That is a wide range: too few ${units} in the test part to tell a good model from a fair one.`
    : `More ${units} in the test part would narrow this range.`;
}

/** How far the stated confidence can be trusted, from the expected calibration error. */
export function calibrationInWords(ece: number): string {
  const points = `${(ece * 100).toFixed(1)} points`;
  if (ece <= 0.03) return `Its confidence can be taken at its word: off by ${points} on average.`;
  if (ece <= 0.08) return `Its confidence is roughly right: off by ${points} on average.`;
  return `Its confidence is not to be trusted yet: off by ${points} on average.`;
}
