import { RefusedFile } from './refusedFile.ts';

/** What the headers of a BMP say. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly isTopDown: boolean;
  readonly bitDepth: number;
  readonly compression: number;
  readonly pixelOffset: number;
  readonly paletteOffset: number;
  readonly paletteEntrySize: 3 | 4;
  readonly paletteLength: number;
  /** Bit masks of red, green, blue and alpha in a 16- or 32-bit pixel. */
  readonly masks: readonly [number, number, number, number];
}

const BI_RGB = 0;
const BI_RLE8 = 1;
const BI_RLE4 = 2;
const BI_BITFIELDS = 3;
const BI_ALPHABITFIELDS = 6;

/** Reads every BMP header from OS/2 1.x to version 5. Throws RefusedFile `damaged` or `unsupported_format`. */
export function readBmpHeader(bytes: Buffer): BmpHeader {
  if (bytes.length < 26) throw new RefusedFile('damaged', 'It ends inside its header.');
  const headerSize = bytes.readUInt32LE(14);
  const isCore = headerSize === 12;
  if (bytes.length < 14 + headerSize) throw new RefusedFile('damaged', 'It ends inside its header.');
  const signedHeight = isCore ? bytes.readUInt16LE(20) : bytes.readInt32LE(22);
  const bitDepth = bytes.readUInt16LE(isCore ? 24 : 28);
  const compression = headerSize < 20 ? BI_RGB : bytes.readUInt32LE(30);
  const hasMasks = compression === BI_BITFIELDS || compression === BI_ALPHABITFIELDS;
  // A version 2 or later header holds the masks, an older one is followed by them.
  const maskBytes = headerSize === 40 && hasMasks ? (compression === BI_ALPHABITFIELDS ? 16 : 12) : 0;
  const used = headerSize < 36 ? 0 : bytes.readUInt32LE(46);
  const header = {
    width: isCore ? bytes.readUInt16LE(18) : bytes.readInt32LE(18),
    height: Math.abs(signedHeight),
    isTopDown: signedHeight < 0,
    bitDepth,
    compression,
    pixelOffset: bytes.readUInt32LE(10),
    paletteOffset: 14 + headerSize + maskBytes,
    paletteEntrySize: isCore ? 3 : 4,
    paletteLength: bitDepth > 8 ? 0 : used === 0 ? 1 << bitDepth : Math.min(used, 1 << bitDepth),
    masks: readMasks(bytes, headerSize, bitDepth, hasMasks),
  } as const;
  checkEncoding(header);
  return header;
}

function readMasks(
  bytes: Buffer,
  headerSize: number,
  bitDepth: number,
  hasMasks: boolean,
): [number, number, number, number] {
  if (!hasMasks) return bitDepth === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0xff0000, 0xff00, 0xff, 0];
  if (bytes.length < 70) throw new RefusedFile('damaged', 'It ends inside its header.');
  const alpha = headerSize >= 56 || bytes.readUInt32LE(30) === BI_ALPHABITFIELDS ? bytes.readUInt32LE(66) : 0;
  return [bytes.readUInt32LE(54), bytes.readUInt32LE(58), bytes.readUInt32LE(62), alpha];
}

function checkEncoding({ width, height, bitDepth, compression, isTopDown }: BmpHeader): void {
  if (width < 1 || height < 1) {
    throw new RefusedFile('damaged', `Its header says ${width} × ${height} pixels.`);
  }
  const known =
    (compression === BI_RGB && [1, 4, 8, 16, 24, 32].includes(bitDepth)) ||
    (compression === BI_RLE8 && bitDepth === 8 && !isTopDown) ||
    (compression === BI_RLE4 && bitDepth === 4 && !isTopDown) ||
    ((compression === BI_BITFIELDS || compression === BI_ALPHABITFIELDS) &&
      (bitDepth === 16 || bitDepth === 32));
  if (!known) {
    throw new RefusedFile(
      'unsupported_format',
      `It is a BMP of a kind that cannot be read (${bitDepth} bits, compression ${compression}).`,
    );
  }
}

/**
 * Decodes a BMP to `[height, width, channels]` uint8 with 3 channels, or 4 where it has alpha. sharp reads no
 * BMP, and no package was found that honours the pixel offset, every header and odd widths. The caller has
 * checked the size. Throws RefusedFile `damaged` when pixels are missing.
 */
export function decodeBmp(bytes: Buffer, header: BmpHeader): { samples: Uint8Array; channels: 3 | 4 } {
  const { bitDepth, compression } = header;
  if (compression === BI_RLE8 || compression === BI_RLE4) {
    return { samples: paint(unpackRuns(bytes, header), bytes, header), channels: 3 };
  }
  const stride = Math.ceil((header.width * bitDepth) / 32) * 4;
  const rowBytes = Math.ceil((header.width * bitDepth) / 8);
  if (header.pixelOffset + stride * (header.height - 1) + rowBytes > bytes.length) {
    throw new RefusedFile('damaged', 'It ends before its last row of pixels.');
  }
  if (bitDepth <= 8) {
    return { samples: paint(unpackIndexes(bytes, header, stride), bytes, header), channels: 3 };
  }
  return unpackColors(bytes, header, stride);
}

/** Palette indexes `[height, width]` of uncompressed rows, top row first. */
function unpackIndexes(bytes: Buffer, header: BmpHeader, stride: number): Uint8Array {
  const { width, height, bitDepth } = header;
  const indexes = new Uint8Array(width * height);
  const mask = (1 << bitDepth) - 1;
  for (let y = 0; y < height; y++) {
    const row = rowStart(header, stride, y);
    for (let x = 0; x < width; x++) {
      const bit = x * bitDepth;
      indexes[y * width + x] = (bytes[row + (bit >> 3)]! >> (8 - bitDepth - (bit & 7))) & mask;
    }
  }
  return indexes;
}

/** Palette indexes of run-length encoded rows; pixels that the runs jump over keep index 0. */
function unpackRuns(bytes: Buffer, header: BmpHeader): Uint8Array {
  const { width, height, bitDepth } = header;
  const indexes = new Uint8Array(width * height);
  let x = 0;
  let y = height - 1;
  const put = (index: number): void => {
    if (x < width && y >= 0) indexes[y * width + x] = index;
    x++;
  };
  let at = header.pixelOffset;
  while (y >= 0) {
    if (at + 2 > bytes.length) throw new RefusedFile('damaged', 'It ends before its last row of pixels.');
    const count = bytes[at]!;
    const value = bytes[at + 1]!;
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i++) put(bitDepth === 8 ? value : i & 1 ? value & 15 : value >> 4);
    } else if (value === 0) {
      x = 0;
      y--;
    } else if (value === 1) {
      break;
    } else if (value === 2) {
      x += bytes[at] ?? 0;
      y -= bytes[at + 1] ?? 0;
      at += 2;
    } else {
      const length = bitDepth === 8 ? value : (value + 1) >> 1;
      if (at + length > bytes.length) throw new RefusedFile('damaged', 'It ends inside a run of pixels.');
      for (let i = 0; i < value; i++) {
        if (bitDepth === 8) put(bytes[at + i]!);
        else put(i & 1 ? bytes[at + (i >> 1)]! & 15 : bytes[at + (i >> 1)]! >> 4);
      }
      at += length + (length & 1);
    }
  }
  return indexes;
}

/** Indexes → RGB; an index beyond the palette is black, as in other decoders. */
function paint(indexes: Uint8Array, bytes: Buffer, header: BmpHeader): Uint8Array {
  const { paletteOffset, paletteEntrySize, paletteLength } = header;
  const palette = new Uint8Array(256 * 3);
  for (let entry = 0; entry < paletteLength; entry++) {
    const at = paletteOffset + entry * paletteEntrySize;
    if (at + 3 > bytes.length) break;
    palette.set([bytes[at + 2]!, bytes[at + 1]!, bytes[at]!], entry * 3);
  }
  const rgb = new Uint8Array(indexes.length * 3);
  for (let i = 0, to = 0; i < indexes.length; i++, to += 3) {
    const from = indexes[i]! * 3;
    rgb[to] = palette[from]!;
    rgb[to + 1] = palette[from + 1]!;
    rgb[to + 2] = palette[from + 2]!;
  }
  return rgb;
}

/** 16-, 24- and 32-bit rows. */
function unpackColors(
  bytes: Buffer,
  header: BmpHeader,
  stride: number,
): { samples: Uint8Array; channels: 3 | 4 } {
  const { width, height, bitDepth, masks } = header;
  const channels = bitDepth !== 24 && masks[3] !== 0 ? 4 : 3;
  const samples = new Uint8Array(width * height * channels);
  const fields = masks.slice(0, channels).map(describeMask);
  const pixelBytes = bitDepth / 8;
  let to = 0;
  for (let y = 0; y < height; y++) {
    let at = rowStart(header, stride, y);
    for (let x = 0; x < width; x++, at += pixelBytes) {
      if (bitDepth === 24) {
        samples[to++] = bytes[at + 2]!;
        samples[to++] = bytes[at + 1]!;
        samples[to++] = bytes[at]!;
        continue;
      }
      const low = bytes[at]! | (bytes[at + 1]! << 8);
      const pixel = bitDepth === 16 ? low : (low | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
      for (const { mask, shift, scale } of fields) samples[to++] = ((pixel & mask) >>> shift) * scale + 0.5;
    }
  }
  if (channels === 4) fillEmptyAlpha(samples);
  return { samples, channels };
}

/** Many programs leave the alpha byte at 0 everywhere and mean an opaque picture. */
function fillEmptyAlpha(samples: Uint8Array): void {
  for (let at = 3; at < samples.length; at += 4) if (samples[at] !== 0) return;
  for (let at = 3; at < samples.length; at += 4) samples[at] = 255;
}

function rowStart({ height, isTopDown, pixelOffset }: BmpHeader, stride: number, y: number): number {
  return pixelOffset + (isTopDown ? y : height - 1 - y) * stride;
}

/** Where a mask's bits are and the factor that makes them 0 to 255. */
function describeMask(mask: number): { mask: number; shift: number; scale: number } {
  if (mask === 0) return { mask, shift: 0, scale: 0 };
  const shift = 31 - Math.clz32(mask & -mask);
  return { mask, shift, scale: 255 / (mask >>> shift) };
}
