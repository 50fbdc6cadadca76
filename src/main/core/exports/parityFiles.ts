import path from 'node:path';
import { stripPngMetadata } from '../files/stripMetadata.ts';
import { writeFileAtomic } from '../files/writeAtomic.ts';

/** A picture of the library and what the studio said about it. */
export interface ParityPicture {
  /** PNG of the decoded pixels (see `drawParityPictures`). */
  readonly png: Uint8Array;
  /** Calibrated, in the order of the card's classes. */
  readonly probabilities: ArrayLike<number>;
}

/** Content of `parity/parity.json`; files are numbered, so that no name of the library leaves with them. */
export interface ParitySet {
  readonly images: readonly { readonly file: string; readonly probabilities: readonly number[] }[];
}

/** Writes the pictures as `parity/01.png` … and what the studio said about them as `parity/parity.json`. */
export async function writeParityFiles(folder: string, pictures: readonly ParityPicture[]): Promise<void> {
  const images: ParitySet['images'][number][] = [];
  for (const [index, { png, probabilities }] of pictures.entries()) {
    const file = `${String(index + 1).padStart(2, '0')}.png`;
    await writeFileAtomic(path.join(folder, 'parity', file), stripPngMetadata(png));
    images.push({ file, probabilities: Array.from(probabilities) });
  }
  const set: ParitySet = { images };
  await writeFileAtomic(path.join(folder, 'parity', 'parity.json'), `${JSON.stringify(set, null, 1)}\n`);
}
