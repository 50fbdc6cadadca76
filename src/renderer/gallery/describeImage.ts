import type { ImageFlag, ImageRow } from '../../shared/images.ts';

/** What each flag means to a reader, in a few words. */
export const FLAG_WORDS: Record<ImageFlag, string> = {
  multi_page: 'First page of several',
  low_contrast: 'Low contrast',
  windowed: '16-bit, windowed to 8',
  damaged: 'Damaged file, readable part used',
  flattened: 'Transparency laid on white',
  conflict: 'Filed under more than one class',
  background: 'Mostly background',
  overexposed: 'Overexposed',
  underexposed: 'Underexposed',
};

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** One image in words, for a screen reader that stands on its cell. */
export function describeImage(row: ImageRow, className: string | null): string {
  const words = [fileName(row.path), className ?? 'unlabelled'];
  if (row.part !== null) words.push(`${row.part} part`);
  if (row.duplicates > 0) words.push(`${row.duplicates} duplicates`);
  for (const flag of row.flags) words.push(FLAG_WORDS[flag].toLowerCase());
  return words.join(', ');
}
