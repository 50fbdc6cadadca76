import type { Random } from './random.ts';

/** Under this mean, successes are counted one by one; above, they are drawn by rejection. */
const SMALL_MEAN = 10;

/** Successes in `n` independent trials of chance `p`, in time that does not grow with n. */
export function drawBinomial(random: Random, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - drawBinomial(random, n, 1 - p);
  return n * p < SMALL_MEAN ? countByGaps(random, n, p) : drawByRejection(random, n, p);
}

/** How `n` draws fall over kinds with the given weights, into `into`, by conditional binomials. */
export function drawMultinomial(random: Random, n: number, weights: Float64Array, into: Float64Array): void {
  let left = n;
  let weightLeft = weights.reduce((sum, weight) => sum + weight, 0);
  for (let kind = 0; kind < weights.length; kind += 1) {
    const weight = weights[kind]!;
    const count = weight >= weightLeft ? left : drawBinomial(random, left, weight / weightLeft);
    into[kind] = count;
    left -= count;
    weightLeft -= weight;
  }
}

/** Gaps between successes are geometric. */
function countByGaps(random: Random, n: number, p: number): number {
  const logMiss = Math.log1p(-p);
  let place = 0;
  for (let successes = 0; ; successes += 1) {
    place += Math.ceil(Math.log(1 - random.next()) / logMiss);
    if (place > n) return successes;
  }
}

/** Transformed rejection with squeeze, algorithm BTRS (Hörmann, J. Stat. Comput. Simul. 46, 1993); p ≤ 0.5. */
function drawByRejection(random: Random, n: number, p: number): number {
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const squeeze = 0.92 - 4.2 / b;
  const odds = p / (1 - p);
  const alpha = (2.83 + 5.1 / b) * deviation;
  const mode = Math.floor((n + 1) * p);
  for (;;) {
    const u = random.next() - 0.5;
    const v = random.next();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || k > n) continue;
    const bound =
      (mode + 0.5) * Math.log((mode + 1) / (odds * (n - mode + 1))) +
      (n + 1) * Math.log((n - mode + 1) / (n - k + 1)) +
      (k + 0.5) * Math.log((odds * (n - k + 1)) / (k + 1)) +
      stirlingTail(mode) +
      stirlingTail(n - mode) -
      stirlingTail(k) -
      stirlingTail(n - k);
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= bound) return k;
  }
}

/** log k! − (log √2π + (k + ½) log(k + 1) − (k + 1)). */
function stirlingTail(k: number): number {
  if (k < 10) {
    let logFactorial = 0;
    for (let factor = 2; factor <= k; factor += 1) logFactorial += Math.log(factor);
    return logFactorial - (0.5 * Math.log(2 * Math.PI) + (k + 0.5) * Math.log(k + 1) - (k + 1));
  }
  const square = (k + 1) * (k + 1);
  return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1);
}
