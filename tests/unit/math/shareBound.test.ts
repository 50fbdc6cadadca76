import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { upperShareBound } from '../../../src/main/core/math/shareBound.ts';

describe('the upper bound of a share', () => {
  it('is what Clopper and Pearson give', () => {
    // Without a wrong one the bound has a closed form: 1 − (1 − confidence)^(1/n).
    for (const sample of [1, 10, 29, 59, 500]) {
      expect(upperShareBound(0, sample, 0.95)).toBeCloseTo(1 - 0.05 ** (1 / sample), 10);
    }
    // Summed out term by term in Python, in other order and with whole binomial coefficients.
    expect(upperShareBound(1, 29, 0.95)).toBeCloseTo(0.1533920245261827, 8);
    expect(upperShareBound(3, 50, 0.95)).toBeCloseTo(0.1478371763641812, 8);
    expect(upperShareBound(12, 400, 0.95)).toBeCloseTo(0.048153921022225994, 8);
  });

  it('lies above the share that was seen, grows with it, and narrows with the sample', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (sample, part) => {
          const wrong = Math.floor(part * sample);
          const bound = upperShareBound(wrong, sample, 0.95);
          expect(bound).toBeGreaterThanOrEqual(wrong / sample);
          expect(bound).toBeLessThanOrEqual(1);
          expect(upperShareBound(wrong, sample + 1, 0.95)).toBeLessThanOrEqual(bound);
          expect(upperShareBound(wrong + 1, sample + 1, 0.95)).toBeGreaterThanOrEqual(
            upperShareBound(wrong, sample + 1, 0.95),
          );
        },
      ),
    );
  });

  it('says nothing when nothing was looked at', () => {
    expect(upperShareBound(0, 0, 0.95)).toBe(1);
    expect(upperShareBound(5, 5, 0.95)).toBe(1);
  });
});
