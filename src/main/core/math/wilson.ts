/** The standard normal's 97.5 % point. */
export const Z95 = 1.959963984540054;

/**
 * Wilson score interval of a proportion of k of n (Wilson 1927; recommended by Brown, Cai & DasGupta 2001).
 *
 * Returns null when n is 0. `k` and `n` need not be whole. Throws RangeError unless 0 ≤ k ≤ n.
 */
export function wilsonInterval(k: number, n: number, z = Z95): [low: number, high: number] | null {
  if (!(k >= 0 && k <= n)) throw new RangeError(`${k} of ${n} is not a proportion.`);
  if (n === 0) return null;
  const share = k / n;
  const z2 = z * z;
  const middle = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (z / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  // At the ends the limit is exactly 0 or 1; rounding must not leave it a little inside or outside.
  return [k === 0 ? 0 : Math.max(0, middle - half), k === n ? 1 : Math.min(1, middle + half)];
}
