import type { PictureHeader } from './pictureHeader.ts';

/** Start-of-frame markers of JPEG; 0xC4, 0xC8 and 0xCC lie between them and are something else. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
const PROGRESSIVE = new Set([0xc2, 0xc6, 0xca, 0xce]);

/** Reads a JPEG's segments up to its frame header (ITU-T T.81, B.2). null when they make no sense. */
export function readJpegHeader(bytes: Buffer): PictureHeader | null {
  let hasProfile = false;
  let orientation = 1;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    const length = bytes.readUInt16BE(at + 2);
    const body = bytes.subarray(at + 4, at + 2 + length);
    if (length < 2 || marker === 0xd9 || marker === 0xda) return null;
    if (FRAMES.has(marker)) return describeFrame(marker, body, hasProfile, orientation);
    if (marker === 0xe1 && body.toString('latin1', 0, 6) === 'Exif\0\0') {
      orientation = readExifOrientation(body.subarray(6));
    } else if (marker === 0xe2 && body.toString('latin1', 0, 11) === 'ICC_PROFILE') {
      hasProfile = true;
    }
    at += 2 + length;
  }
  return null;
}

function describeFrame(
  marker: number,
  body: Buffer,
  hasProfile: boolean,
  orientation: number,
): PictureHeader | null {
  if (body.length < 6) return null;
  const channels = body[5]!;
  const bitDepth = body[0]!;
  // A progressive file keeps a 16-bit coefficient for every sample until its last scan.
  const coefficients = PROGRESSIVE.has(marker) ? 2 * channels : 0;
  return {
    width: body.readUInt16BE(3),
    height: body.readUInt16BE(1),
    bitDepth,
    pages: 1,
    isDeep: bitDepth > 8,
    isWebSafe: bitDepth === 8 && (channels === 1 || channels === 3) && !hasProfile && orientation === 1,
    peakBytesPerPixel: coefficients + (orientation === 1 ? 1 : 2) * Math.max(3, channels),
  };
}

/** Tag 0x0112 of the first directory of an Exif block (TIFF structure); 1 when absent or senseless. */
export function readExifOrientation(tiff: Buffer): number {
  if (tiff.length < 14) return 1;
  const little = tiff[0] === 0x49;
  const u16 = (at: number): number => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const start = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (start + 2 > tiff.length) return 1;
  const entries = u16(start);
  for (let entry = 0; entry < entries; entry++) {
    const at = start + 2 + entry * 12;
    if (at + 12 > tiff.length) return 1;
    if (u16(at) === 0x0112) {
      const value = u16(at + 8);
      return value >= 1 && value <= 8 ? value : 1;
    }
  }
  return 1;
}
