/** Below this the product is taken term by term; above, Stirling's series is exact to rounding. */
const SMALL = 30;

/** log n! of a whole number n ≥ 0 (Stirling's series, Abramowitz & Stegun 6.1.41). */
export function logFactorial(n: number): number {
  if (n < SMALL) {
    let sum = 0;
    for (let factor = 2; factor <= n; factor += 1) sum += Math.log(factor);
    return sum;
  }
  const square = n * n;
  const tail = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / square) / square) / square) / n;
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + tail;
}
