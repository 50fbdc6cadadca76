import type { TimeEstimate } from '../../shared/training.ts';
import { formatDuration, formatQuantity } from '../ui/formatNumbers.ts';

const TITLES: Readonly<Record<string, { readonly title: string; readonly note: string }>> = {
  'one-click': { title: 'One click', note: 'A regularised linear head, its strength chosen by validation.' },
  paper: {
    title: 'The paper’s head',
    note: 'Dense 128 and 64 with batch norm, Adam; the epoch with the lowest validation loss is kept.',
  },
  augmented: {
    title: 'Augmented',
    note: 'Several feature sets of each image from flips, turns and small changes of colour.',
  },
  'multi-feature': {
    title: 'Several features',
    note: 'Features of two networks or resolutions side by side.',
  },
  'fine-tune': { title: 'Fine-tune', note: 'The last blocks of the network learn too; native engines only.' },
  'from-scratch': { title: 'From scratch', note: 'The paper’s Simple_CNN; native engines only, and slow.' },
};

/** "The paper’s head"; a recipe that has no words yet by its own name. */
export const recipeTitle = (name: string): string => TITLES[name]?.title ?? name;
export const recipeNote = (name: string): string => TITLES[name]?.note ?? '';

/** "about 4 s": from what was measured on this machine, or that nothing was. */
export function timeInWords(estimate: TimeEstimate | null): string {
  if (estimate === null) return '';
  const { totalSeconds, featureSeconds, missingFeatures, isRough } = estimate;
  if (totalSeconds === null && featureSeconds !== null && featureSeconds > 0) {
    return `over ${formatDuration(roundTime(featureSeconds))}`;
  }
  if (totalSeconds === null) return 'time not measured yet';
  return `${isRough && missingFeatures > 0 ? 'very roughly' : 'about'} ${formatDuration(roundTime(totalSeconds))}`;
}

/** Where the time goes, in a sentence. */
export function explainTime(estimate: TimeEstimate): string {
  const { missingFeatures, featureSeconds, headSeconds, isRough } = estimate;
  const parts = [
    missingFeatures === 0
      ? 'All features are in the cache.'
      : `Features of ${formatQuantity(missingFeatures, 'image')} come first${
          featureSeconds === null
            ? '; how fast, this machine has not shown yet'
            : `, ${formatDuration(roundTime(featureSeconds))}`
        }.`,
    headSeconds === null
      ? 'This recipe has not been trained on this machine yet.'
      : `The head takes ${formatDuration(roundTime(headSeconds))}, by the last training of its kind.`,
    ...(isRough && missingFeatures > 0 && featureSeconds !== null
      ? ['Only another backbone was measured.']
      : []),
  ];
  return parts.join(' ');
}

/** Two digits are all that an estimate is worth. */
function roundTime(seconds: number): number {
  if (seconds < 1) return Math.max(0.1, Math.round(seconds * 10) / 10);
  const unit = 10 ** (Math.floor(Math.log10(seconds)) - 1);
  return Math.round(seconds / unit) * unit;
}
