import type { PictureHeader } from './pictureHeader.ts';

export interface TiffHeader extends PictureHeader {
  /** Tag 259; which codecs exist is known to `unreadableCompression`. */
  readonly compression: number;
}

/** Compressions that pictures really carry and the decoder does not have, by tag value. */
const UNREADABLE = new Map([
  [6, 'old-style JPEG'],
  [34661, 'JBIG'],
  [34663, 'JBIG'],
  [34676, 'SGI LogLuv'],
  [34677, 'SGI LogLuv'],
  [33003, 'JPEG 2000'],
  [33004, 'JPEG 2000'],
  [33005, 'JPEG 2000'],
  [34712, 'JPEG 2000'],
  [34892, 'DNG lossy JPEG'],
  [50002, 'JPEG XL'],
  [52546, 'JPEG XL'],
]);

/** Name of a compression that the decoder lacks, or undefined when it has it. */
export function unreadableCompression(compression: number): string | undefined {
  return UNREADABLE.get(compression);
}

/** A longer chain of pages is a loop or an attack; the count then stops here. */
const MAX_PAGES = 10_000;

interface Reader {
  readonly bytes: Buffer;
  readonly little: boolean;
  readonly big: boolean;
}

const u16 = ({ bytes, little }: Reader, at: number): number =>
  little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
const u32 = ({ bytes, little }: Reader, at: number): number =>
  little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
const u64 = ({ bytes, little }: Reader, at: number): number =>
  Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
const pointer = (reader: Reader, at: number): number => (reader.big ? u64(reader, at) : u32(reader, at));

/**
 * Reads the first directory of a TIFF or BigTIFF and counts the chain of directories (TIFF 6.0, section 2).
 * null when they make no sense; the decoder then has the last word.
 */
export function readTiffHeader(bytes: Buffer): TiffHeader | null {
  try {
    const little = bytes[0] === 0x49;
    const reader: Reader = { bytes, little, big: bytes[little ? 2 : 3] === 43 };
    const first = pointer(reader, reader.big ? 8 : 4);
    const tags = readDirectory(reader, first);
    return describe(tags, countPages(reader, first));
  } catch (error) {
    // Reads beyond the end of the file throw RangeError: a cut or lying file.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Tag → first value, for values that fit a number. */
function readDirectory(reader: Reader, start: number): Map<number, number> {
  const tags = new Map<number, number>();
  const entries = reader.big ? u64(reader, start) : u16(reader, start);
  const entrySize = reader.big ? 20 : 12;
  let at = start + (reader.big ? 8 : 2);
  for (let entry = 0; entry < Math.min(entries, 4096); entry++, at += entrySize) {
    const type = u16(reader, at + 2);
    const count = reader.big ? u64(reader, at + 4) : u32(reader, at + 4);
    const inline = at + (reader.big ? 12 : 8);
    const size = type === 3 ? 2 : 4;
    if (type === 3 || type === 4) {
      const from = count * size > (reader.big ? 8 : 4) ? pointer(reader, inline) : inline;
      tags.set(u16(reader, at), type === 3 ? u16(reader, from) : u32(reader, from));
    } else {
      tags.set(u16(reader, at), 0);
    }
  }
  return tags;
}

function countPages(reader: Reader, first: number): number {
  const seen = new Set<number>();
  let at = first;
  while (at !== 0 && !seen.has(at) && seen.size < MAX_PAGES) {
    const next = nextDirectory(reader, at);
    if (next === null) break;
    seen.add(at);
    at = next;
  }
  return Math.max(1, seen.size);
}

/** Where the directory after this one starts, 0 at the end; null when this one does not fit the file. */
function nextDirectory(reader: Reader, at: number): number | null {
  const { bytes, big } = reader;
  if (at + 8 > bytes.length) return null;
  const entries = big ? u64(reader, at) : u16(reader, at);
  const end = at + (big ? 8 + entries * 20 : 2 + entries * 12);
  return end + (big ? 8 : 4) > bytes.length ? null : pointer(reader, end);
}

function describe(tags: Map<number, number>, pages: number): TiffHeader | null {
  const width = tags.get(256);
  const height = tags.get(257);
  if (width === undefined || height === undefined) return null;
  const bitDepth = tags.get(258) ?? 1;
  const samples = tags.get(277) ?? 1;
  const orientation = tags.get(274) ?? 1;
  // Sample format 1 is unsigned; absent means the same.
  const isDeep = bitDepth > 8 || (tags.get(339) ?? 1) !== 1;
  const stored = Math.max(3, samples) * Math.max(1, Math.ceil(bitDepth / 8));
  return {
    width,
    height,
    bitDepth,
    pages,
    isDeep,
    isWebSafe: false,
    peakBytesPerPixel: stored + (orientation === 1 ? 0 : stored) + (isDeep ? 3 : 0),
    compression: tags.get(259) ?? 1,
  };
}
