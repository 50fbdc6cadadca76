import type { ImageFormat } from '../../../shared/images.ts';
import { readJpegHeader } from './jpegHeader.ts';
import type { PictureHeader } from './pictureHeader.ts';
import { readPngHeader } from './pngHeader.ts';
import { RefusedFile } from './refusedFile.ts';
import { sharp } from './safeSharp.ts';
import { readTiffHeader, unreadableCompression } from './tiffHeader.ts';

/**
 * Reads what a picture's header says: by ourselves where that saves a call into the decoder for each of many
 * small files, else by the decoder. Throws RefusedFile, or the decoder's error when it cannot read it either.
 */
export async function readHeader(bytes: Buffer, format: Exclude<ImageFormat, 'bmp'>): Promise<PictureHeader> {
  switch (format) {
    case 'jpeg':
      return readJpegHeader(bytes) ?? (await askDecoder(bytes));
    case 'png':
      return readPngHeader(bytes) ?? (await askDecoder(bytes));
    case 'tiff':
      return checkCompression(bytes) ?? (await askDecoder(bytes));
    case 'webp':
    case 'gif':
      return await askDecoder(bytes);
  }
}

function checkCompression(bytes: Buffer): PictureHeader | null {
  const header = readTiffHeader(bytes);
  const missing = header === null ? undefined : unreadableCompression(header.compression);
  if (missing !== undefined) {
    throw new RefusedFile(
      'unsupported_format',
      `It is a TIFF with ${missing} compression, which cannot be read.`,
    );
  }
  return header;
}

async function askDecoder(bytes: Buffer): Promise<PictureHeader> {
  const meta = await sharp(bytes, { failOn: 'error', limitInputPixels: false }).metadata();
  const isDeep = meta.depth !== 'uchar';
  const stored = Math.max(3, meta.channels) * (isDeep ? 4 : 1);
  return {
    width: meta.width,
    height: meta.height,
    bitDepth: meta.bitsPerSample ?? 8,
    pages: meta.pages ?? 1,
    isDeep,
    isWebSafe: false,
    peakBytesPerPixel: stored * 2 + (isDeep ? 3 : 0),
  };
}
