/** What a hand-written TIFF holds; every page has the same samples. */
interface TiffSpec {
  readonly width: number;
  readonly height: number;
  /** Little-endian sample bytes `[height, width, samples]`. */
  readonly pixels: Uint8Array;
  readonly bits: number;
  /** 1 unsigned, 2 signed, 3 floating. */
  readonly sampleFormat?: 1 | 2 | 3;
  readonly samples?: number;
  readonly pages?: number;
  readonly orientation?: number;
  readonly compression?: number;
}

/** An uncompressed little-endian TIFF 6.0, one strip a page; encoders at hand write no deep or signed ones. */
export function writeTiff(spec: TiffSpec): Buffer {
  const { width, height, pixels, bits, sampleFormat = 1, samples = 1, pages = 1 } = spec;
  const pixelOffset = 8;
  const directoryOffset = pixelOffset + pixels.length + (pixels.length & 1);
  const tags: [tag: number, type: 3 | 4, value: number][] = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, bits],
    [259, 3, spec.compression ?? 1],
    [262, 3, samples >= 3 ? 2 : 1],
    [273, 4, pixelOffset],
    [274, 3, spec.orientation ?? 1],
    [277, 3, samples],
    [278, 4, height],
    [279, 4, pixels.length],
    [339, 3, sampleFormat],
  ];
  const directorySize = 2 + tags.length * 12 + 4;
  const file = Buffer.alloc(directoryOffset + directorySize * pages);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(directoryOffset, 4);
  file.set(pixels, pixelOffset);
  for (let page = 0; page < pages; page++) {
    const start = directoryOffset + page * directorySize;
    file.writeUInt16LE(tags.length, start);
    for (const [entry, [tag, type, value]] of tags.entries()) {
      const at = start + 2 + entry * 12;
      file.writeUInt16LE(tag, at);
      file.writeUInt16LE(type, at + 2);
      file.writeUInt32LE(1, at + 4);
      if (type === 3) file.writeUInt16LE(value, at + 8);
      else file.writeUInt32LE(value, at + 8);
    }
    const next = page + 1 < pages ? start + directorySize : 0;
    file.writeUInt32LE(next, start + directorySize - 4);
  }
  return file;
}
