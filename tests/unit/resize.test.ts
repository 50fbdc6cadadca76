import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resizeBilinear } from '../../src/shared/resize.ts';

interface Fixture {
  readonly pillow: string;
  readonly cases: readonly {
    readonly size: [number, number, number, number];
    readonly sha256: string;
    readonly pixels?: string;
  }[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/resize.json', import.meta.url), 'utf8'),
) as Fixture;

/** The same pixels as `picture` of tests/reference/makeResizeFixture.py. */
function seededPicture(width: number, height: number): Uint8Array {
  const values = new Uint8Array(width * height * 3);
  let state = (width * 65_537 + height) >>> 0;
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    values[i] = state >>> 24;
  }
  return values;
}

describe(`resizing as Pillow ${fixture.pillow}`, () => {
  it.each(fixture.cases)('$size', ({ size: [width, height, outWidth, outHeight], sha256, pixels }) => {
    const result = resizeBilinear(seededPicture(width, height), width, height, outWidth, outHeight);
    if (pixels !== undefined) expect(Buffer.from(result).toString('base64')).toBe(pixels);
    expect(createHash('sha256').update(result).digest('hex')).toBe(sha256);
  });

  it('treats every channel alike, whatever their number', () => {
    const rgb = seededPicture(90, 50);
    const expected = resizeBilinear(rgb, 90, 50, 33, 70);
    for (let channel = 0; channel < 3; channel++) {
      const plane = rgb.filter((_, i) => i % 3 === channel);
      expect(resizeBilinear(plane, 90, 50, 33, 70, 1)).toEqual(expected.filter((_, i) => i % 3 === channel));
    }
  });

  it('never hands back the array that it was given', () => {
    const rgb = seededPicture(8, 8);
    const copy = resizeBilinear(rgb, 8, 8, 8, 8);
    expect(copy).toEqual(rgb);
    expect(copy.buffer).not.toBe(rgb.buffer);
  });

  it('refuses data that is not the size it claims', () => {
    expect(() => resizeBilinear(new Uint8Array(10), 2, 2, 4, 4)).toThrow(RangeError);
  });
});
