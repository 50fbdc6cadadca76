import { createHash } from 'node:crypto';
import path from 'node:path';
import { FoveaError } from '../../../shared/errors.ts';
import { writeFileAtomic } from '../files/writeAtomic.ts';
import { sniffFormat } from './sniffFormat.ts';

/** A picture that comes without a file of its own is at most this large. */
export const MAX_ADDED_BYTES = 64 * 2 ** 20;

/** Where pictures are kept that were pasted, or dropped by a browser, which does not tell where they stand. */
export function addedFolder(libraryFolder: string): string {
  return path.join(libraryFolder, 'added');
}

/**
 * Keeps a picture inside the library and returns its name there. Its content names it, so the same picture is kept once.
 * @throws FoveaError `invalid` when it is no picture, or that of the file system
 */
export async function keepAddedPicture(
  libraryFolder: string,
  name: string,
  bytes: Uint8Array,
): Promise<string> {
  const sniffed = sniffFormat(bytes);
  if (sniffed.kind !== 'image') {
    throw new FoveaError('invalid', 'This is no picture that the studio can read.', {
      subject: name,
      todo: 'JPEG, PNG, WebP, TIFF, BMP and GIF are understood.',
    });
  }
  const stem =
    path
      .parse(name)
      .name.replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .slice(0, 80) || 'picture';
  const mark = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const file = `${stem} ${mark}.${sniffed.format === 'jpeg' ? 'jpg' : sniffed.format}`;
  await writeFileAtomic(path.join(addedFolder(libraryFolder), file), bytes);
  return file;
}
