import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../src/main/core/images/decodeImage.ts';
import { writeBmp } from '../../support/writeBmp.ts';

// A 5 × 2 flag: the top row red green blue white black, the bottom row the other way round.
const RED = [255, 0, 0] as const;
const GREEN = [0, 255, 0] as const;
const BLUE = [0, 0, 255] as const;
const WHITE = [255, 255, 255] as const;
const BLACK = [0, 0, 0] as const;
const PALETTE = [RED, GREEN, BLUE, WHITE, BLACK];
const TOP = [0, 1, 2, 3, 4];
const BOTTOM = [4, 3, 2, 1, 0];
const FLAG = [...TOP, ...BOTTOM].flatMap((index) => [...PALETTE[index]!]);
const size = { width: 5, height: 2 };

function rows(encode: (row: readonly number[]) => number[], stride: number): Uint8Array {
  const data = new Uint8Array(stride * 2);
  data.set(encode(BOTTOM), 0);
  data.set(encode(TOP), stride);
  return data;
}

const pack = (row: readonly number[], bits: number): number[] => {
  const bytes = new Array<number>(Math.ceil((row.length * bits) / 8)).fill(0);
  row.forEach((value, x) => {
    const bit = x * bits;
    bytes[bit >> 3]! |= value << (8 - bits - (bit & 7));
  });
  return bytes;
};
const eight = rows((row) => [...row], 8);
const four = rows((row) => pack(row, 4), 4);
const bgr = (row: readonly number[]): number[] => row.flatMap((i) => [...PALETTE[i]!].reverse());
const rgb565 = (row: readonly number[]): number[] =>
  row.flatMap((i) => {
    const [red, green, blue] = PALETTE[i]!;
    const value = ((red >> 3) << 11) | ((green >> 2) << 5) | (blue >> 3);
    return [value & 255, value >> 8];
  });
const bgra = (alpha: number) => (row: readonly number[]) =>
  row.flatMap((i) => [...[...PALETTE[i]!].reverse(), alpha]);
const alphaMasks = [0xff0000, 0xff00, 0xff, 0xff000000];

describe('BMP', () => {
  it.each([
    ['8 bits with a palette', writeBmp({ ...size, bits: 8, palette: PALETTE, data: eight })],
    ['4 bits, odd width', writeBmp({ ...size, bits: 4, palette: PALETTE, data: four })],
    ['24 bits', writeBmp({ ...size, bits: 24, data: rows(bgr, 16) })],
    ['32 bits whose fourth byte means nothing', writeBmp({ ...size, bits: 32, data: rows(bgra(0), 20) })],
    [
      '16 bits with bit fields',
      writeBmp({ ...size, bits: 16, compression: 3, masks: [0xf800, 0x7e0, 0x1f], data: rows(rgb565, 12) }),
    ],
    [
      '32 bits with an alpha mask that was never filled in',
      writeBmp({ ...size, bits: 32, compression: 6, masks: alphaMasks, data: rows(bgra(0), 20) }),
    ],
    ['pixels behind a gap', writeBmp({ ...size, bits: 8, palette: PALETTE, data: eight, gap: 13 })],
    [
      'rows from the top',
      writeBmp({
        ...size,
        bits: 24,
        topDown: true,
        data: Uint8Array.from([...bgr(TOP), 0, ...bgr(BOTTOM), 0]),
      }),
    ],
    [
      'RLE8: a run, an absolute run and an end',
      writeBmp({
        ...size,
        bits: 8,
        compression: 1,
        palette: PALETTE,
        data: Uint8Array.from([0, 5, 4, 3, 2, 1, 0, 0, 0, 0, 1, 0, 1, 1, 0, 3, 2, 3, 4, 0, 0, 1]),
      }),
    ],
    [
      'RLE4: pairs and an absolute run',
      writeBmp({
        ...size,
        bits: 4,
        compression: 2,
        palette: PALETTE,
        data: Uint8Array.from([2, 0x43, 0, 3, 0x21, 0, 0, 0, 0, 5, 0x01, 0x23, 0x40, 0, 0, 1]),
      }),
    ],
  ])('%s', async (_, file) => {
    const image = await decodeImage(file);
    expect([...image.rgb]).toEqual(FLAG);
    expect(image).toMatchObject({ ...size, format: 'bmp', pages: 1, flags: [] });
  });

  it('lays half-transparent pixels on white', async () => {
    const data = rows(bgra(128), 20);
    const image = await decodeImage(writeBmp({ ...size, bits: 32, compression: 6, masks: alphaMasks, data }));
    expect([...image.rgb.subarray(0, 3)]).toEqual([255, 127, 127]);
    expect(image.flags).toContain('flattened');
  });

  it.each([
    ['cut short', writeBmp({ ...size, bits: 24, data: new Uint8Array(30) }), 'damaged'],
    ['too large', writeBmp({ width: 60_000, height: 60_000, bits: 1, data: new Uint8Array(4) }), 'too_large'],
    ['no width', writeBmp({ width: 0, height: 2, bits: 8, data: eight }), 'damaged'],
    ['three bits', writeBmp({ ...size, bits: 3, data: eight }), 'unsupported_format'],
    [
      'a run without end',
      writeBmp({ ...size, bits: 8, compression: 1, palette: PALETTE, data: new Uint8Array([255, 1]) }),
      'damaged',
    ],
  ])('refuses one that is %s', async (_, file, code) => {
    await expect(decodeImage(file)).rejects.toMatchObject({ name: 'RefusedFile', code });
  });
});
