import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import reference from '../../fixtures/paired.json' with { type: 'json' };
import { comparePaired } from '../../../src/main/core/evaluation/comparePaired.ts';
import { mcnemarExact } from '../../../src/main/core/math/mcnemar.ts';
import { pairedInterval } from '../../../src/main/core/math/pairedInterval.ts';
import { createRandom } from '../../../src/main/core/math/random.ts';
import { sayComparison, type ModelComparison } from '../../../src/shared/models.ts';

const tables = reference.cases.map(({ counts, mcnemar, interval }) => {
  const [bothRight, onlyFirst, onlySecond, bothWrong] = counts as [number, number, number, number];
  return { counts: { bothRight, onlyFirst, onlySecond, bothWrong }, mcnemar, interval };
});

describe('two classifiers on the same images', () => {
  it.each(tables)('McNemar and Newcombe of $counts are those of the reference', (table) => {
    const { counts } = table;
    const p = mcnemarExact(counts.onlyFirst, counts.onlySecond);
    expect(Math.abs(p - table.mcnemar)).toBeLessThan(1e-9 + 1e-6 * table.mcnemar);
    for (const [i, limit] of pairedInterval(counts).entries()) {
      expect(Math.abs(limit - table.interval[i]!)).toBeLessThan(1e-9);
    }
  });

  it('resamples groups to the spread of the reference', () => {
    const { units, first, second, difference, spread } = reference.grouped;
    const given = { first: Uint8Array.from(first), second: Uint8Array.from(second), units, grouped: true };
    const result = comparePaired({ ...given, seed: 3 });
    expect(result.difference).toBeCloseTo(difference, 12);
    expect(result.units).toBe(40);
    const width = result.interval[1] - result.interval[0];
    // 40 groups: percentiles expanded as for Student's t with 39 degrees of freedom.
    const expected = 2 * 2.0227 * Math.sqrt(40 / 39) * spread;
    expect(Math.abs(width / expected - 1)).toBeLessThan(0.08);
    expect(comparePaired({ ...given, seed: 3 }).interval).toEqual(result.interval);
  });

  it('turns round when the two change places, and holds the difference inside', () => {
    const bit = fc.constantFrom(0, 1);
    const pairs = fc.array(fc.tuple(bit, bit, fc.nat(6)), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(pairs, fc.boolean(), (rows, grouped) => {
        const first = Uint8Array.from(rows, ([value]) => value);
        const second = Uint8Array.from(rows, ([, value]) => value);
        const units = rows.map(([, , unit], i) => (grouped ? unit : i));
        const there = comparePaired({ first, second, units, grouped, seed: 1, resamples: 300 });
        const back = comparePaired({ first: second, second: first, units, grouped, seed: 1, resamples: 300 });
        expect(there.difference).toBeCloseTo(-back.difference, 12);
        expect(there.mcnemar).toBe(back.mcnemar);
        expect(there.interval[0]).toBeLessThanOrEqual(there.difference + 1e-12);
        expect(there.interval[1]).toBeGreaterThanOrEqual(there.difference - 1e-12);
        expect(there.interval[0]).toBeGreaterThanOrEqual(-1 - 1e-9);
        expect(there.accuracy.second - there.accuracy.first).toBeCloseTo(there.difference, 12);
      }),
      { numRuns: 60, seed: 20261126 },
    );
  });

  it('claims a difference that is not there in about 5 of 100 cases, also where groups differ', () => {
    const random = createRandom(17);
    const count = (groups: number, size: number, spread: number): number => {
      let claims = 0;
      for (let trial = 0; trial < 200; trial += 1) {
        const first: number[] = [];
        const second: number[] = [];
        const units: number[] = [];
        for (let group = 0; group < groups; group += 1) {
          // In some groups one is better, in others the other: on the whole they are equal.
          const lead = spread * random.normal();
          for (let i = 0; i < size; i += 1) {
            first.push(random.next() < 1 / (1 + Math.exp(-1 + lead)) ? 1 : 0);
            second.push(random.next() < 1 / (1 + Math.exp(-1 - lead)) ? 1 : 0);
            units.push(size === 1 ? units.length : group);
          }
        }
        const { interval } = comparePaired({
          ...{ first: Uint8Array.from(first), second: Uint8Array.from(second), units },
          ...{ grouped: size > 1, seed: trial, resamples: 400 },
        });
        if (interval[0] > 0 || interval[1] < 0) claims += 1;
      }
      return claims;
    };
    expect(count(150, 1, 0)).toBeLessThanOrEqual(20);
    expect(count(20, 15, 0.5)).toBeLessThanOrEqual(24);
  });

  it('is said in points, and never as better where the interval holds nought', () => {
    const say = (difference: number, interval: [number, number]): string =>
      sayComparison({ images: 400, result: { difference, interval } } as unknown as ModelComparison);
    expect(say(0.018, [0.004, 0.031])).toBe('better by 1.8 points [0.4, 3.1]');
    expect(say(-0.018, [-0.031, -0.004])).toBe('worse by 1.8 points [0.4, 3.1]');
    expect(say(0.003, [-0.01, 0.016])).toBe(
      'no difference that 400 images could show: +0.3 points [−1.0, 1.6]',
    );
  });
});
