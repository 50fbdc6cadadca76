import type { ModelCard } from '../../../../shared/training.ts';
import { formatCount } from '../format.ts';

/** What intervals draw in the test part, in words: an image without a group stands for itself. */
export function nameTestUnits({ split, test }: ModelCard): string {
  const groups = split.groups.test === 1 ? '1 group' : `${formatCount(split.groups.test)} groups`;
  const single = test.units - split.groups.test;
  if (single <= 0) return test.units === 1 ? '1 group' : `${formatCount(test.units)} groups`;
  return `${groups} and ${single === 1 ? '1 image' : `${formatCount(single)} images`} without a group`;
}
