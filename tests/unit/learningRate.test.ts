import { describe, expect, it } from 'vitest';
import { rateAt } from '../../src/main/core/training/learningRate.ts';
import { measureLogits, spreadTargets } from '../../src/main/core/training/targets.ts';

const settings = { learningRate: 0.8, schedule: 'constant', warmUpEpochs: 0, epochs: 8 } as const;
const place = (epoch: number, step = 0) => ({ epoch, step, stepsPerEpoch: 4 });

describe('the learning rate', () => {
  it('stays as it is, falls along a cosine, or by tens', () => {
    expect([1, 5, 8].map((epoch) => rateAt(settings, place(epoch)))).toEqual([0.8, 0.8, 0.8]);
    const cosine = { ...settings, schedule: 'cosine' } as const;
    expect(rateAt(cosine, place(1))).toBe(0.8);
    expect(rateAt(cosine, place(5))).toBeCloseTo(0.4, 12);
    expect(rateAt(cosine, place(8, 3))).toBeLessThan(0.01);
    const step = { ...settings, schedule: 'step' } as const;
    expect([4, 5, 6, 7, 8].map((epoch) => rateAt(step, place(epoch)) / 0.8)).toEqual([
      1,
      expect.closeTo(0.1, 12),
      expect.closeTo(0.1, 12),
      expect.closeTo(0.01, 12),
      expect.closeTo(0.01, 12),
    ]);
  });

  it('rises in a line while it warms up, from more than nothing to all of it', () => {
    const warm = { ...settings, schedule: 'cosine', warmUpEpochs: 2 } as const;
    const rates = [1, 2].flatMap((epoch) => [0, 1, 2, 3].map((step) => rateAt(warm, place(epoch, step))));
    expect(rates).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((step) => expect.closeTo(step / 10, 12) as number));
    expect(rateAt(warm, place(3))).toBe(0.8);
  });
});

describe('smoothed targets', () => {
  it('sum to one, and the loss and its gradient are those of cross-entropy with them', () => {
    const targets = {
      labels: Int32Array.of(2, 0),
      weights: Float64Array.of(1, 3),
      labelSmoothing: 0.3,
    };
    const spread = spreadTargets(targets, 3);
    expect([...spread].map((value) => Number(value.toFixed(5)))).toEqual([0.1, 0.1, 0.8, 0.8, 0.1, 0.1]);
    const logits = Float32Array.of(0.5, -1, 2, 1, 1, -0.5);
    const residuals = new Float32Array(6);
    const lossAt = (values: Float32Array) => {
      let loss = 0;
      for (const row of [0, 1]) {
        const own = [...values.subarray(row * 3, row * 3 + 3)];
        const norm = Math.log(own.reduce((sum, value) => sum + Math.exp(value), 0));
        own.forEach(
          (value, k) => (loss += (targets.weights[row]! / 2) * spread[row * 3 + k]! * (norm - value)),
        );
      }
      return loss;
    };
    expect(measureLogits(logits, targets, residuals)).toEqual({
      loss: expect.closeTo(lossAt(logits), 6) as number,
      hits: 2,
    });
    for (let i = 0; i < 6; i++) {
      const [up, down] = [logits.slice(), logits.slice()];
      up[i]! += 1e-2;
      down[i]! -= 1e-2;
      expect(residuals[i]).toBeCloseTo((lossAt(up) - lossAt(down)) / 2e-2, 3);
    }
  });
});
