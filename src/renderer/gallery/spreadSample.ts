import type { IdSet } from '../state/idSet.ts';

/** At most `wanted` ids, spread evenly over a set from its first to its last. */
export function spreadSample(ids: IdSet, wanted: number): number[] {
  const sample: number[] = [];
  const step = Math.max(1, (ids.size - 1) / (wanted - 1));
  let place = 0;
  for (const id of ids) {
    if (sample.length < wanted && place >= Math.round(sample.length * step)) sample.push(id);
    place += 1;
  }
  return sample;
}
