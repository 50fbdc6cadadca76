import type { ImageFormat } from '../../../shared/images.ts';
import { RefusedFile } from './refusedFile.ts';

/**
 * What a file is by its content: a picture we read, a picture (or slide) we do not read, or no picture.
 * `name` completes the sentence "This is …".
 */
export type Sniffed =
  | { readonly kind: 'image'; readonly format: ImageFormat }
  | { readonly kind: 'unsupported'; readonly name: string }
  | { readonly kind: 'other'; readonly name: string };

/** `offset`, the bytes expected there as Latin-1 text, and what they mean. */
type Magic<Meaning> = readonly (readonly [offset: number, bytes: string, meaning: Meaning])[];

const READ: Magic<ImageFormat> = [
  [0, '\xff\xd8', 'jpeg'],
  [0, '\x89PNG\r\n\x1a\n', 'png'],
  [0, 'II*\0', 'tiff'],
  [0, 'MM\0*', 'tiff'],
  [0, 'II+\0', 'tiff'],
  [0, 'MM\0+', 'tiff'],
  [0, 'GIF87a', 'gif'],
  [0, 'GIF89a', 'gif'],
];

const UNSUPPORTED: Magic<string> = [
  [128, 'DICM', 'a DICOM file'],
  [0, '\0\0\0\x0cjP  \r\n\x87\n', 'a JPEG 2000 picture'],
  [0, '\xff\x4f\xff\x51', 'a JPEG 2000 picture'],
  [0, '\0\0\0\x0cJXL \r\n\x87\n', 'a JPEG XL picture'],
  [0, '\xff\x0a', 'a JPEG XL picture'],
  [4, 'ftypavif', 'an AVIF picture'],
  [4, 'ftypavis', 'an AVIF picture'],
  [4, 'ftyphei', 'an HEIC picture'],
  [4, 'ftyphev', 'an HEIC picture'],
  [4, 'ftypmif1', 'an HEIC picture'],
  [4, 'ftypmsf1', 'an HEIC picture'],
  [4, 'ftypcrx ', 'a camera raw file'],
  [0, 'FUJIFILMCCD-RAW', 'a camera raw file'],
  [0, 'IIRO', 'a camera raw file'],
  [0, 'IIU\0', 'a camera raw file'],
  [0, 'II\xbc\x01', 'a JPEG XR picture'],
  [0, '8BPS', 'a Photoshop file'],
  [0, 'gimp xcf', 'a GIMP file'],
  [0, '\x01\xda', 'an SGI picture'],
  [0, '\0\0\x01\0', 'an icon'],
  [0, 'DDS |\0\0\0', 'a DDS texture'],
  [0, 'BLP1', 'a BLP texture'],
  [0, 'BLP2', 'a BLP texture'],
  [4, '\x11\xaf', 'an FLI animation'],
  [4, '\x12\xaf', 'an FLC animation'],
  [0, '\x8aMNG\r\n\x1a\n', 'an MNG animation'],
  [0, '\x8bJNG\r\n\x1a\n', 'a JNG picture'],
  [0, '\x76\x2f\x31\x01', 'an OpenEXR picture'],
  [0, '#?RADIANCE', 'a Radiance HDR picture'],
  [0, 'SIMPLE  =', 'a FITS file'],
  [0, '\x59\xa6\x6a\x95', 'a Sun raster picture'],
  [0, '\x0a\x05\x01', 'a PCX picture'],
  [0, '\xd7\xcd\xc6\x9a', 'a Windows metafile'],
  [0, 'AT&TFORM', 'a DjVu document'],
  [0, 'P7\n', 'a PAM picture'],
  [0, 'qoif', 'a QOI picture'],
  [0, 'farbfeld', 'a farbfeld picture'],
];

const OTHER: Magic<string> = [
  [0, '%PDF-', 'a PDF document'],
  [0, '%!PS', 'a PostScript document'],
  [0, 'PK\x03\x04', 'a ZIP archive or an Office document'],
  [0, 'PK\x05\x06', 'an empty ZIP archive'],
  [0, '\x1f\x8b', 'a gzip archive'],
  [0, 'BZh', 'a bzip2 archive'],
  [0, '\xfd7zXZ\0', 'an xz archive'],
  [0, '7z\xbc\xaf\x27\x1c', 'a 7-Zip archive'],
  [0, 'Rar!\x1a\x07', 'a RAR archive'],
  [0, '\x28\xb5\x2f\xfd', 'a Zstandard archive'],
  [257, 'ustar', 'a tar archive'],
  [0, 'SQLite format 3\0', 'a database'],
  [0, '\x89HDF\r\n\x1a\n', 'an HDF5 file'],
  [0, '\x93NUMPY', 'a NumPy array'],
  [0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'an old Office document'],
  [0, '\x7fELF', 'a program'],
  [0, 'MZ', 'a program'],
  [0, '\0asm', 'a WebAssembly module'],
  [0, '\x1aE\xdf\xa3', 'a video'],
  [4, 'ftyp', 'a video'],
  [0, 'ID3', 'a sound'],
  [0, 'OggS', 'a sound or video'],
  [0, 'fLaC', 'a sound'],
  [0, 'RIFF', 'a sound or video'],
];

/** Sizes of the header after the 14-byte file header that a BMP can have. */
const BMP_HEADERS = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

/** How many bytes from the start a verdict needs; more does no harm. */
export const SNIFF_BYTES = 4096;

/** Judges a file by its first bytes, never by its name. `head` holds at least the first 4,096 bytes, or all. */
export function sniffFormat(head: Uint8Array): Sniffed {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const format = find(READ, bytes) ?? (isWebp(bytes) ? 'webp' : isBmp(bytes) ? 'bmp' : undefined);
  if (format !== undefined) return { kind: 'image', format };
  const unsupported = find(UNSUPPORTED, bytes);
  if (unsupported !== undefined) return { kind: 'unsupported', name: unsupported };
  const other = find(OTHER, bytes);
  if (other !== undefined) return { kind: 'other', name: other };
  return (
    sniffText(bytes) ?? (isTga(bytes) ? unknownPicture('a TGA picture') : { kind: 'other', name: 'data' })
  );
}

/** The format of a picture that we read. Throws RefusedFile `unsupported_format` or `not_an_image`. */
export function requireFormat(head: Uint8Array): ImageFormat {
  const sniffed = sniffFormat(head);
  if (sniffed.kind === 'image') return sniffed.format;
  if (sniffed.kind === 'unsupported') {
    throw new RefusedFile('unsupported_format', `This is ${sniffed.name}; the studio cannot read those.`);
  }
  throw new RefusedFile('not_an_image', `This is ${sniffed.name}, not a picture.`);
}

function unknownPicture(name: string): Sniffed {
  return { kind: 'unsupported', name };
}

function find<Meaning>(table: Magic<Meaning>, bytes: Buffer): Meaning | undefined {
  for (const [offset, expected, meaning] of table) {
    if (bytes.length < offset + expected.length) continue;
    let at = 0;
    while (at < expected.length && bytes[offset + at] === expected.charCodeAt(at)) at++;
    if (at === expected.length) return meaning;
  }
  return undefined;
}

function isWebp(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
}

function isBmp(bytes: Buffer): boolean {
  return (
    bytes.length >= 18 && bytes[0] === 0x42 && bytes[1] === 0x4d && BMP_HEADERS.has(bytes.readUInt32LE(14))
  );
}

/** TGA has no magic number: a header is believed when every field of it makes sense. */
function isTga(bytes: Buffer): boolean {
  if (bytes.length < 18) return false;
  const [colorMapType, imageType, depth] = [bytes[1]!, bytes[2]!, bytes[16]!];
  const mapped = imageType === 1 || imageType === 9;
  return (
    (mapped ? colorMapType === 1 : colorMapType <= 1) &&
    [1, 2, 3, 9, 10, 11].includes(imageType) &&
    [8, 15, 16, 24, 32].includes(depth) &&
    (colorMapType === 1 || bytes.readUIntLE(3, 5) === 0) &&
    bytes.readUInt16LE(12) > 0 &&
    bytes.readUInt16LE(14) > 0 &&
    (bytes[17]! & 0xc0) === 0
  );
}

/** Text in UTF-8 or UTF-16: SVG and Netpbm are pictures written as text, everything else is just text. */
function sniffText(bytes: Buffer): Sniffed | undefined {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { kind: 'other', name: 'text' };
  }
  const head = bytes.subarray(0, SNIFF_BYTES);
  if (/^P[1-6]\s+\d/.test(head.toString('latin1', 0, 16))) return unknownPicture('a Netpbm picture');
  // A character may be cut at the end of what we look at; `stream` forgives exactly that.
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
  } catch {
    return undefined;
  }
  if (/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text)) return undefined;
  if (/<svg[\s>]/i.test(text)) return unknownPicture('an SVG drawing');
  if (/^\s*<(!doctype html|html)/i.test(text)) return { kind: 'other', name: 'a web page' };
  return { kind: 'other', name: 'text' };
}
