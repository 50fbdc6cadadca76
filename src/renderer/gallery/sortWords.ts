import type { Sort } from './filter.ts';

/** What a view can be sorted by, for a person. */
export const SORT_WORDS: Readonly<Record<Sort, string>> = {
  name: 'Name',
  date: 'Date added',
  confidence: 'Confidence',
  margin: 'Margin',
  disagreement: 'Disagreement',
  brightness: 'Brightness',
  sharpness: 'Sharpness',
  contrast: 'Contrast',
  saturation: 'Saturation',
  background: 'Background',
  tissue: 'Tissue',
  overexposed: 'Over-exposure',
  underexposed: 'Under-exposure',
  size: 'File size',
  pixels: 'Pixels',
  pick: 'As chosen',
};
