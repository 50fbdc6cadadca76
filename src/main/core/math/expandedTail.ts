import { Z95 } from './wilson.ts';

/** 97.5 % points of Student's t with 1 … 10 degrees of freedom. */
const T975 = [
  12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139,
];

/**
 * Which tail of a bootstrap distribution over `units` independent units makes a 95 % interval: 0.025 for many,
 * less for few, since a resample of few varies too little (expanded percentile interval; Hesterberg, What
 * Teachers Should Know About the Bootstrap, The American Statistician 69, 2015): Φ(−t √(n / (n − 1))).
 * Throws RangeError for fewer than 2 units.
 */
export function expandedTail(units: number): number {
  if (!(units >= 2)) throw new RangeError('Fewer than 2 units do not vary.');
  return normalTail(student975(units - 1) * Math.sqrt(units / (units - 1)));
}

/** Above 10 degrees of freedom by the expansion of Fisher and Cornish (Abramowitz & Stegun 26.7.5), to 1e-5. */
function student975(freedom: number): number {
  const listed = T975[freedom - 1];
  if (listed !== undefined) return listed;
  const z = Z95;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
}

/** Chance that a standard normal exceeds x ≥ 0 (Abramowitz & Stegun 26.2.17, error below 7.5e-8). */
function normalTail(x: number): number {
  const t = 1 / (1 + 0.2316419 * x);
  const sum =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return Math.max(0, (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * sum);
}
