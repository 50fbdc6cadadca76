import type { ImageRow } from '../../shared/images.ts';
import type { ClassRow } from '../../shared/labels.ts';
import { formatShare } from '../ui/formatNumbers.ts';
import { fileName } from './describeImage.ts';

/** What can stand below a picture, in this order. */
export const CAPTIONS = ['class', 'prediction', 'name', 'group'] as const;
export type Caption = (typeof CAPTIONS)[number];

export const CAPTION_WORDS: Readonly<Record<Caption, string>> = {
  class: 'Class',
  prediction: 'Prediction',
  name: 'File name',
  group: 'Group',
};

export interface CaptionLine {
  readonly text: string;
  /** Not said by a person, or not there. */
  readonly isFaint: boolean;
}

/** The wished lines of an image; what it has not is an empty line, so that lines stand level in a row. */
export function captionLines(
  row: ImageRow,
  wished: readonly Caption[],
  find: (classId: number | null) => ClassRow | null,
): CaptionLine[] {
  const label = find(row.classId);
  const guess = row.prediction === null ? null : find(row.prediction.classId);
  const share = row.prediction === null ? '' : formatShare(row.prediction.confidence, 0);
  const lines: Record<Caption, CaptionLine> = {
    class:
      label !== null
        ? { text: label.name, isFaint: false }
        : guess !== null && !wished.includes('prediction')
          ? { text: `${guess.name}? ${share}`, isFaint: true }
          : { text: 'unlabelled', isFaint: true },
    prediction: { text: guess === null ? '' : `${guess.name} ${share}`, isFaint: true },
    name: { text: fileName(row.path), isFaint: false },
    group: { text: row.group ?? '', isFaint: true },
  };
  return wished.map((caption) => lines[caption]);
}

/** Which lines a word that was stored wishes; the class alone when nothing was. */
export function readCaptions(stored: string | null): readonly Caption[] {
  const words = (stored ?? 'class').split(',');
  return CAPTIONS.filter((caption) => words.includes(caption));
}
