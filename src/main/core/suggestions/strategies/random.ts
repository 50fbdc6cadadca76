import type { Strategy } from './strategy.ts';

/** The control: any of the candidates with the same chance. */
export const chooseRandom: Strategy = ({ candidates, count, random }) =>
  Array.from(random.shuffle(candidates.slice()).slice(0, count), (row) => ({
    row,
    reason: { kind: 'random' },
    cluster: null,
  }));
