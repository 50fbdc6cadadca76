import type { ImageValue } from '../../shared/imageValues.ts';

/** What the points can be coloured by, for a person. */
export const VALUE_WORDS: Readonly<Record<ImageValue, string>> = {
  class: 'Class',
  prediction: 'Prediction',
  confidence: 'Confidence',
  disagreement: 'Disagreement with the label',
  group: 'Group',
  root: 'Folder (site)',
  part: 'Split part',
  reader: 'Reader',
  labelled: 'Age of the label',
  sharpness: 'Sharpness',
  brightness: 'Brightness',
  contrast: 'Contrast',
  saturation: 'Saturation',
  background: 'Background',
  tissue: 'Tissue',
  overexposed: 'Over-exposure',
  underexposed: 'Under-exposure',
};
