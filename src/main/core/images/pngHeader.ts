import { readExifOrientation } from './jpegHeader.ts';
import type { PictureHeader } from './pictureHeader.ts';

const CHANNELS = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

/** Reads a PNG's chunks up to its pixels (PNG third edition, 5 and 11). null when they make no sense. */
export function readPngHeader(bytes: Buffer): PictureHeader | null {
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') return null;
  const bitDepth = bytes[24]!;
  const colorType = bytes[25]!;
  const channels = CHANNELS.get(colorType);
  if (channels === undefined) return null;
  const isInterlaced = bytes[28] !== 0;
  let pages = 1;
  let orientation = 1;
  let hasProfile = false;
  let hasAlpha = colorType === 4 || colorType === 6;
  let hasGamma = false;
  let at = 33;
  while (at + 8 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'IDAT' || type === 'IEND') break;
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'tRNS') hasAlpha = true;
    else if (type === 'iCCP') hasProfile = true;
    else if (type === 'gAMA' || type === 'cHRM' || type === 'cICP') hasGamma = true;
    else if (type === 'eXIf') orientation = readExifOrientation(body);
    else if (type === 'acTL' && body.length >= 4) pages = Math.max(1, body.readUInt32BE(0));
    at += 12 + length;
  }
  const isUpright = orientation === 1;
  const stored = (channels + (hasAlpha && channels < 3 ? 1 : 0)) * (bitDepth > 8 ? 2 : 1);
  const decoded = Math.max(3, stored);
  return {
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    bitDepth,
    pages,
    isDeep: bitDepth > 8,
    // Browsers honour gamma chunks, the decoder does not.
    isWebSafe: bitDepth <= 8 && !hasAlpha && !hasProfile && !hasGamma && isUpright && pages === 1,
    peakBytesPerPixel: decoded + (isInterlaced || !isUpright ? stored : 0) + (bitDepth > 8 ? 3 : 0),
  };
}
