import { describe, expect, it } from 'vitest';
import { argMax, logSumExp, softmaxRows } from '../../../src/main/core/math/softmax.ts';

describe('softmaxRows', () => {
  it('survives logits that overflow a plain exponential', () => {
    const rows = softmaxRows(Float32Array.from([1000, 1000, -1000, -5000, 0, 5000]), 3);
    expect([...rows]).toEqual([0.5, 0.5, 0, 0, 0, 1]);
  });

  it('flattens with temperature and keeps the order of classes', () => {
    const logits = Float32Array.from([0.2, 1.5, -3]);
    const warm = softmaxRows(logits, 3, 4);
    const cold = softmaxRows(logits, 3, 0.25);
    expect(argMax(warm)).toBe(1);
    expect(warm[1]).toBeLessThan(softmaxRows(logits, 3)[1]!);
    expect(cold[1]).toBeGreaterThan(0.99);
    expect(Math.log(warm[0]! / warm[2]!)).toBeCloseTo((0.2 + 3) / 4, 6);
  });

  it('refuses lengths that are not whole rows', () => {
    expect(() => softmaxRows(new Float32Array(7), 3)).toThrow(RangeError);
    expect(() => softmaxRows(new Float32Array(6), 3, 0)).toThrow(RangeError);
  });
});

describe('logSumExp', () => {
  it('agrees with the plain formula and with its limits', () => {
    expect(logSumExp([9, 0.1, 0.7, 9], 1, 2)).toBeCloseTo(Math.log(Math.exp(0.1) + Math.exp(0.7)), 14);
    expect(logSumExp([1e4, 1e4])).toBeCloseTo(1e4 + Math.log(2), 9);
    expect(logSumExp([-Infinity, -Infinity])).toBe(-Infinity);
  });
});

describe('argMax', () => {
  it('takes the first of equals', () => {
    expect(argMax([1, 3, 3, 2])).toBe(1);
    expect(argMax([9, 0, 1, 1], 1, 3)).toBe(1);
  });
});
