import { describe, expect, it } from 'vitest';
import { colorOf, paintMap, scaleMap } from '../../src/main/core/saliency/paintMap.ts';

describe('a painted map', () => {
  it('is clear where nothing counts, yellow where most does, and even where the map is', () => {
    const even = paintMap(new Float32Array(9).fill(1), { height: 3, width: 3 }, 7, 5);
    for (let i = 0; i < even.length; i += 4)
      expect([...even.subarray(i, i + 4)]).toEqual([...colorOf(1), 255]);
    expect(paintMap(new Float32Array(9), { height: 3, width: 3 }, 7, 5).every((value) => value === 0)).toBe(
      true,
    );

    // One cell on the left edge of two rows: what is painted falls off to the right.
    const map = { values: Float32Array.of(4, 0, -9, 4, 0, -9), height: 2, width: 3 };
    const rgba = paintMap(scaleMap(map, 'class-map'), map, 4, 30);
    const alpha = [...rgba.subarray(0, 120)].filter((_, i) => i % 4 === 3);
    expect(alpha[0]).toBeGreaterThan(200);
    expect(alpha.at(-1)).toBe(0);
    expect(alpha.every((value, i) => i === 0 || value <= alpha[i - 1]!)).toBe(true);
  });

  it('keeps what speaks for the class, the size of gradients, and nothing of an empty map', () => {
    expect([...scaleMap({ values: Float32Array.of(-3, 1, 2), height: 1, width: 3 }, 'class-map')]).toEqual([
      0, 0.5, 1,
    ]);
    expect([...scaleMap({ values: Float32Array.of(-3, -1), height: 1, width: 2 }, 'class-map')]).toEqual([
      0, 0,
    ]);
    const values = Float32Array.from({ length: 64 * 64 }, (_, i) => (i === 64 * 32 + 32 ? -5 : 0));
    const shares = scaleMap({ values, height: 64, width: 64 }, 'gradient');
    expect(shares.indexOf(Math.max(...shares))).toBeGreaterThan(-1);
    expect(shares[64 * 32 + 32]).toBe(1);
    expect(shares[0]).toBe(0);
  });
});
