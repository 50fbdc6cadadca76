import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Adam } from '../../src/main/core/training/adam.ts';
import { Arena } from '../../src/main/core/training/arena.ts';

/** Two steps of Adam on the same numbers: four at a time in an arena, and one by one outside of it. */
function stepBothWays(values: readonly number[], gradients: readonly (readonly number[])[], rate: number) {
  const size = values.length;
  const arena = new Arena([size, size, size, size]);
  const adam = new Adam(rate, [size], arena);
  const [inside, insideGradient] = [arena.allocate(size), arena.allocate(size)];
  inside.set(values);
  const plain = new Adam(rate, [size]);
  const outside = Float32Array.from(values);
  for (const gradient of gradients) {
    insideGradient.set(gradient);
    adam.step([inside], [insideGradient]);
    plain.step([outside], [Float32Array.from(gradient)]);
  }
  return { inside, outside, moments: [adam.state.moments, plain.state.moments] as const };
}

const number = fc.float({ min: -10, max: 10, noNaN: true });

describe('Adam', () => {
  it('takes the same steps four floats at a time as one by one', () => {
    const numbers = fc.integer({ min: 1, max: 23 }).chain((size) => {
      const list = fc.array(number, { minLength: size, maxLength: size });
      return fc.tuple(list, fc.array(list, { minLength: 1, maxLength: 4 }));
    });
    fc.assert(
      fc.property(numbers, fc.constantFrom(1e-4, 1e-2), ([values, gradients], rate) => {
        const { inside, outside, moments } = stepBothWays(values, gradients, rate);
        for (const [i, value] of outside.entries()) {
          expect(Math.abs(inside[i]! - value)).toBeLessThan(1e-5 * (1 + Math.abs(value)));
        }
        for (const [which, list] of moments[1].entries()) {
          for (const [i, value] of list.entries()) {
            expect(Math.abs(moments[0][which]![i]! - value)).toBeLessThan(1e-5 * (1 + Math.abs(value)));
          }
        }
      }),
    );
  });

  it('passes on what is not a number, so that training sees it', () => {
    const { inside } = stepBothWays([1, 2, 3, 4, 5], [[1, NaN, 1, Infinity, 1]], 1e-3);
    expect([...inside].map(Number.isFinite)).toEqual([true, false, true, false, true]);
  });

  it('goes on from a state as if it had never stopped', () => {
    const gradients = [0.3, -2, 5, 1e-9, 7];
    const whole = stepBothWays([1, 2, 3, 4, 5], [gradients, gradients, gradients], 1e-2);
    const first = new Adam(1e-2, [5]);
    const values = Float32Array.of(1, 2, 3, 4, 5);
    first.step([values], [Float32Array.from(gradients)]);
    const second = new Adam(1e-2, [5]);
    second.restore(structuredClone(first.state));
    for (let step = 0; step < 2; step++) second.step([values], [Float32Array.from(gradients)]);
    expect(values).toEqual(whole.outside);
  });
});
