import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import reference from '../../fixtures/evaluation.json' with { type: 'json' };
import { drawBinomial, drawMultinomial } from '../../../src/main/core/math/binomial.ts';
import { expandedTail } from '../../../src/main/core/math/expandedTail.ts';
import { minimiseLbfgs } from '../../../src/main/core/math/lbfgs.ts';
import { quantileSorted } from '../../../src/main/core/math/quantile.ts';
import { createRandom } from '../../../src/main/core/math/random.ts';
import { softmaxRow } from '../../../src/main/core/math/softmax.ts';
import { createUnionFind } from '../../../src/main/core/math/unionFind.ts';
import { wilsonInterval } from '../../../src/main/core/math/wilson.ts';

describe('wilsonInterval', () => {
  it.each([
    [0, 10, 0, 0.277533],
    [10, 10, 0.722467, 1],
    [1, 1, 0.206549, 1],
    [0, 1, 0, 0.793451],
    [7, 10, 0.396778, 0.892209],
    [81, 263, 0.255289, 0.36621],
    [90, 100, 0.825634, 0.944771],
    [95, 100, 0.88825, 0.978456],
    [190, 200, 0.910422, 0.972617],
    [15, 148, 0.062386, 0.160487],
    [0, 20, 0, 0.161125],
    [1, 29, 0.006113, 0.171755],
  ])('%i of %i: %f to %f', (k, n, low, high) => {
    const interval = wilsonInterval(k, n)!;
    expect(Math.abs(interval[0] - low)).toBeLessThan(1e-6);
    expect(Math.abs(interval[1] - high)).toBeLessThan(1e-6);
  });

  it('has no interval for nothing and refuses what is no proportion', () => {
    expect(wilsonInterval(0, 0)).toBeNull();
    expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
    expect(() => wilsonInterval(NaN, 2)).toThrow(RangeError);
  });

  it('covers the truth in 94 to 97 of 100 cases, counted exactly over all outcomes', () => {
    for (const n of [20, 50, 200]) {
      let covered = 0;
      const shares = Array.from({ length: 81 }, (_, index) => 0.1 + index / 100);
      for (const share of shares) {
        let chance = (1 - share) ** n;
        for (let k = 0; k <= n; k += 1) {
          const [low, high] = wilsonInterval(k, n)!;
          if (low <= share && share <= high) covered += chance;
          chance *= ((n - k) / (k + 1)) * (share / (1 - share));
        }
      }
      expect(covered / shares.length).toBeGreaterThan(0.94);
      expect(covered / shares.length).toBeLessThan(0.97);
    }
  });
});

describe('expandedTail', () => {
  it('is what SciPy gives, for any number of units', () => {
    for (const [units, tail] of reference.expandedTails) {
      expect(Math.abs(expandedTail(units!) - tail!)).toBeLessThan(1e-5);
    }
    expect(() => expandedTail(1)).toThrow(RangeError);
  });
});

describe('quantileSorted', () => {
  it('interpolates as numpy does', () => {
    expect(quantileSorted([1, 2, 4, 8], 0.5)).toBe(3);
    expect(quantileSorted([1, 2, 4, 8], 0.9)).toBeCloseTo(6.8, 12);
    expect([quantileSorted([5], 0.3), quantileSorted([1, 9], 0), quantileSorted([1, 9], 1)]).toEqual([
      5, 1, 9,
    ]);
    expect(quantileSorted([], 0.5)).toBeNaN();
  });
});

describe('createUnionFind', () => {
  it('joins exactly what is connected', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(19), fc.nat(19)), { maxLength: 25 }), (edges) => {
        const sets = createUnionFind(20);
        const reach = Array.from({ length: 20 }, (_, index) => new Set([index]));
        for (const [a, b] of edges) {
          sets.join(a, b);
          const union = new Set([...reach[a]!, ...reach[b]!]);
          for (const member of union) reach[member] = union;
        }
        for (let a = 0; a < 20; a += 1) {
          for (let b = 0; b < 20; b += 1) expect(sets.find(a) === sets.find(b)).toBe(reach[a]!.has(b));
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('drawBinomial', () => {
  it.each([
    [40, 0.1],
    [100, 0.3],
    [1000, 0.77],
  ])('follows the binomial law for n = %i, p = %f', (n, p) => {
    const random = createRandom(5);
    const draws = 60_000;
    const seen = new Int32Array(n + 1);
    for (let draw = 0; draw < draws; draw += 1) seen[drawBinomial(random, n, p)]! += 1;
    let logChance = n * Math.log1p(-p);
    let chiSquare = 0;
    let cells = 0;
    for (let k = 0; k <= n; k += 1) {
      const expected = Math.exp(logChance) * draws;
      if (expected > 20) {
        chiSquare += (seen[k]! - expected) ** 2 / expected;
        cells += 1;
      }
      logChance += Math.log((n - k) / (k + 1)) + Math.log(p / (1 - p));
    }
    expect(cells).toBeGreaterThan(8);
    // Five standard deviations of a χ² with so many cells.
    expect(chiSquare).toBeLessThan(cells + 5 * Math.sqrt(2 * cells));
  });

  it('spreads all draws of a multinomial, and none to a kind without weight', () => {
    const counts = new Float64Array(4);
    const sums = new Float64Array(4);
    const random = createRandom(1);
    for (let round = 0; round < 500; round += 1) {
      drawMultinomial(random, 100, Float64Array.of(10, 0, 60, 30), counts);
      expect(counts.reduce((a, b) => a + b)).toBe(100);
      counts.forEach((count, kind) => (sums[kind]! += count));
    }
    expect(sums[1]).toBe(0);
    expect(Math.abs(sums[2]! / 500 - 60)).toBeLessThan(1.5);
  });
});

describe('softmax regression by L-BFGS', () => {
  it('gives the coefficients of scikit-learn', async () => {
    const { C, features, labels, coefficients, intercepts } = reference.logisticRegression;
    const [d, k] = [features.length / labels.length, intercepts.length];
    const probabilities = new Float64Array(k);
    const logits = new Float64Array(k);
    const result = await minimiseLbfgs({
      start: new Float64Array((d + 1) * k),
      maxIterations: 1000,
      tolerance: 1e-10,
      relativeReduction: 0,
      objective: (point) => {
        const gradient = new Float64Array(point.length);
        let value = 0;
        for (let c = 0; c < k * d; c += 1) {
          value += point[c]! ** 2 / 2;
          gradient[c] = point[c]!;
        }
        labels.forEach((label, row) => {
          for (let c = 0; c < k; c += 1) {
            logits[c] = point[k * d + c]!;
            for (let j = 0; j < d; j += 1) logits[c]! += point[c * d + j]! * features[row * d + j]!;
          }
          value += C * (softmaxRow(logits, 0, k, 1, probabilities) - logits[label]!);
          for (let c = 0; c < k; c += 1) {
            const error = C * (probabilities[c]! - (c === label ? 1 : 0));
            gradient[k * d + c]! += error;
            for (let j = 0; j < d; j += 1) gradient[c * d + j]! += error * features[row * d + j]!;
          }
        });
        return { value, gradient };
      },
    });
    expect(result.converged).toBe(true);
    coefficients.forEach((weight, index) =>
      expect(Math.abs(result.point[index]! - weight)).toBeLessThan(1e-7),
    );
    intercepts.forEach((bias, index) =>
      expect(Math.abs(result.point[k * d + index]! - bias)).toBeLessThan(1e-7),
    );
  });
});
