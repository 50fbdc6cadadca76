import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, hashToSeed, restoreRandom } from '../../../src/main/core/math/random.ts';

describe('createRandom', () => {
  it('gives the same numbers for the same seed, on every machine', () => {
    const random = createRandom(42);
    expect(Array.from({ length: 3 }, () => random.next())).toEqual([
      0.21629894688206985, 0.1602059279128739, 0.3489670526092403,
    ]);
    expect(createRandom(42).shuffle([0, 1, 2, 3, 4, 5, 6, 7])).toEqual([5, 0, 4, 3, 6, 2, 7, 1]);
  });

  it('continues exactly where its recorded state was taken, also through JSON', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(50), (seed, drawn) => {
        const random = createRandom(seed);
        for (let count = 0; count < drawn; count += 1) random.normal();
        const again = restoreRandom(JSON.parse(JSON.stringify(random.state())) as number[]);
        expect([again.next(), again.normal(), again.int(1000)]).toEqual([
          random.next(),
          random.normal(),
          random.int(1000),
        ]);
      }),
      { numRuns: 50 },
    );
  });

  it('is uniform, and neighbouring seeds do not resemble each other', () => {
    const firsts = Array.from({ length: 4000 }, (_, seed) => createRandom(seed).next());
    expect(mean(firsts)).toBeCloseTo(0.5, 1);
    expect(mean(firsts.slice(1).map((value, index) => (value - 0.5) * (firsts[index]! - 0.5)))).toBeCloseTo(
      0,
      2,
    );
    const random = createRandom(7);
    const counts = new Int32Array(6);
    for (let draw = 0; draw < 60_000; draw += 1) counts[random.int(6)]! += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('draws standard normals', () => {
    const random = createRandom(3);
    const values = Array.from({ length: 50_000 }, () => random.normal());
    expect(Math.abs(mean(values))).toBeLessThan(0.03);
    expect(Math.abs(mean(values.map((value) => value * value)) - 1)).toBeLessThan(0.03);
  });

  it('shuffles to a permutation in which every place is as likely', () => {
    const random = createRandom(11);
    const firstPlace = new Int32Array(5);
    for (let round = 0; round < 20_000; round += 1) {
      const order = random.shuffle(Int32Array.from([0, 1, 2, 3, 4]));
      firstPlace[order.indexOf(0)]! += 1;
    }
    for (const count of firstPlace) expect(Math.abs(count - 4000)).toBeLessThan(300);
  });
});

describe('hashToSeed', () => {
  it('tells similar texts apart and is an unsigned 32-bit integer', () => {
    const seeds = Array.from({ length: 2000 }, (_, index) => hashToSeed(`patient ${index} é`));
    expect(new Set(seeds).size).toBe(2000);
    for (const seed of seeds) expect(seed).toBe(seed >>> 0);
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
