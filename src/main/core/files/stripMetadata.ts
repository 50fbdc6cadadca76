import { FoveaError } from '../../../shared/errors.ts';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const COMMENT = 0xfe;
/** Adobe's segment says how the colours are coded: without it some pictures turn green. */
const ADOBE = 0xee;
const JFIF = 0xe0;
/** A longer JFIF segment carries a thumbnail, which may show more than the picture does. */
const PLAIN_JFIF_BYTES = 18;

/**
 * A JPEG without EXIF, GPS, profiles, comments, embedded thumbnails or anything after its end; the picture's
 * own bytes are untouched. Throws `unreadable` when the bytes are not a whole JPEG.
 */
export function stripJpegMetadata(jpeg: Uint8Array): Uint8Array {
  if (jpeg[0] !== 0xff || jpeg[1] !== SOI) throw unreadable('JPEG');
  const kept: Uint8Array[] = [jpeg.subarray(0, 2)];
  let at = 2;
  while (at + 1 < jpeg.length) {
    if (jpeg[at] !== 0xff) throw unreadable('JPEG');
    const marker = jpeg[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === EOI) {
      kept.push(jpeg.subarray(at, at + 2));
      return Buffer.concat(kept);
    }
    const end = at + 2 + ((jpeg[at + 2] ?? 0) << 8) + (jpeg[at + 3] ?? 0);
    if (end < at + 4 || end > jpeg.length) throw unreadable('JPEG');
    const next = marker === SOS ? endOfScan(jpeg, end) : end;
    if (!isMetadata(marker, end - at)) kept.push(jpeg.subarray(at, next));
    at = next;
  }
  throw unreadable('JPEG');
}

function isMetadata(marker: number, bytes: number): boolean {
  if (marker === ADOBE) return false;
  if (marker === JFIF) return bytes !== PLAIN_JFIF_BYTES;
  return marker === COMMENT || (marker > JFIF && marker <= 0xef);
}

/** Position of the next marker after coded data: 0xFF00 is data, 0xFFD0–D7 only restart the decoder. */
function endOfScan(jpeg: Uint8Array, from: number): number {
  for (let at = from; at + 1 < jpeg.length; at++) {
    if (jpeg[at] !== 0xff) continue;
    const next = jpeg[at + 1]!;
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  throw unreadable('JPEG');
}

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * A PNG of only its critical chunks (header, palette, data, end): no text, time, EXIF, profile or gamma, so
 * that every reader takes the stored numbers as sRGB. Throws `unreadable` when the bytes are not a whole PNG.
 */
export function stripPngMetadata(png: Uint8Array): Uint8Array {
  if (!PNG_SIGNATURE.every((byte, index) => png[index] === byte)) throw unreadable('PNG');
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const kept: Uint8Array[] = [png.subarray(0, 8)];
  let at = 8;
  while (at + 12 <= png.length) {
    const end = at + 12 + view.getUint32(at);
    if (end > png.length) throw unreadable('PNG');
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    const critical = type[0] === type[0]?.toUpperCase();
    if (critical || type === 'tRNS') kept.push(png.subarray(at, end));
    if (type === 'IEND') return Buffer.concat(kept);
    at = end;
  }
  throw unreadable('PNG');
}

function unreadable(format: string): FoveaError {
  return new FoveaError('unreadable', `The picture is not a whole ${format}.`);
}
