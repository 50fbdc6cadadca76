interface BmpSpec {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  /** 0 none, 1 RLE8, 2 RLE4, 3 bit fields. */
  readonly compression?: number;
  /** Palette as `[red, green, blue]`. */
  readonly palette?: readonly (readonly [number, number, number])[];
  readonly masks?: readonly number[];
  /** Rows as stored, padded, bottom row first unless `topDown`. */
  readonly data: Uint8Array;
  readonly topDown?: boolean;
  /** Bytes between the headers and the pixels, which the pixel offset must jump over. */
  readonly gap?: number;
}

/** A BMP with a 40-byte header, written by hand so that every field can be chosen. */
export function writeBmp(spec: BmpSpec): Buffer {
  const { width, height, bits, compression = 0, palette = [], masks = [], data, gap = 0 } = spec;
  const offset = 54 + masks.length * 4 + palette.length * 4 + gap;
  const file = Buffer.alloc(offset + data.length);
  file.write('BM', 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(offset, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(spec.topDown ? -height : height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(bits, 28);
  file.writeUInt32LE(compression, 30);
  file.writeUInt32LE(palette.length, 46);
  for (const [i, mask] of masks.entries()) file.writeUInt32LE(mask, 54 + i * 4);
  for (const [i, [red, green, blue]] of palette.entries()) {
    file.set([blue, green, red], 54 + masks.length * 4 + i * 4);
  }
  file.set(data, offset);
  return file;
}
