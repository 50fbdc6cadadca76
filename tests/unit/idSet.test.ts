import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdSet } from '../../src/renderer/state/idSet.ts';

const ids = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 300 });
const sorted = (values: Iterable<number>): number[] => [...new Set(values)].sort((a, b) => a - b);

describe('a set of image ids', () => {
  it('does what a Set does, and leaves the sets it came from as they were', () => {
    fc.assert(
      fc.property(ids, ids, (some, others) => {
        const first = IdSet.of(some);
        const both = first.with(others);
        const less = first.without(others);
        expect([...both]).toEqual(sorted([...some, ...others]));
        expect([...less]).toEqual(sorted(some.filter((id) => !others.includes(id))));
        expect([...first.within(Uint32Array.from(others))]).toEqual(
          sorted(some.filter((id) => others.includes(id))),
        );
        expect([...first]).toEqual(sorted(some));
        expect(both.size).toBe([...both].length);
        expect(less.size).toBe([...less].length);
        for (const id of others) expect(both.has(id) && !less.has(id)).toBe(true);
      }),
    );
  });

  it('takes a view of a hundred thousand as it comes', () => {
    const view = Uint32Array.from({ length: 100_000 }, (_, index) => index + 1);
    const all = IdSet.of(view);
    expect(all.size).toBe(100_000);
    expect(all.has(100_000) && !all.has(100_001) && !all.has(0)).toBe(true);
  });
});
