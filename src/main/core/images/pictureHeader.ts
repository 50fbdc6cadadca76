import { RefusedFile } from './refusedFile.ts';

/** What a picture's header says before anything is decoded. */
export interface PictureHeader {
  readonly width: number;
  readonly height: number;
  /** Bits per sample as stored. */
  readonly bitDepth: number;
  readonly pages: number;
  /** Samples are wider than 8 bits, signed or floating: their range must be looked at before they are shown. */
  readonly isDeep: boolean;
  /** Upright, opaque 8-bit sRGB: a browser shows the original bytes with the pixels that the decoder gives. */
  readonly isWebSafe: boolean;
  /** Bytes per pixel that decoding holds at its peak. */
  readonly peakBytesPerPixel: number;
}

/** Width × height above this is refused from the header: a picture of 10,000 × 10,000. */
export const MAX_PIXELS = 1e8;

/** What decoding one file may need at its peak; with the worker itself this stays below 700 MB. */
export const MAX_DECODE_BYTES = 450e6;

/** Refuses what would need too much memory, before a byte of it is decoded. Throws RefusedFile. */
export function checkSize(
  header: Pick<PictureHeader, 'width' | 'height' | 'peakBytesPerPixel'>,
  fileBytes: number,
): void {
  const { width, height, peakBytesPerPixel } = header;
  const size = `${width} × ${height} pixels`;
  if (width < 1 || height < 1) throw new RefusedFile('damaged', `Its header says ${size}.`);
  if (width * height > MAX_PIXELS) {
    throw new RefusedFile('too_large', `It has ${size}; the limit is 100 million pixels.`);
  }
  if (width * height * peakBytesPerPixel + fileBytes > MAX_DECODE_BYTES) {
    throw new RefusedFile('too_large', `Decoding its ${size} would need more than 450 MB of memory.`);
  }
}
