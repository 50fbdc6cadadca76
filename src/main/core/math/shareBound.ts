/** Halvings of the interval in which the bound lies: far below what is ever shown. */
const STEPS = 60;

/**
 * The share of all that is at most wrong when `wrong` of `sample` drawn at random were: the one-sided upper bound of
 * Clopper & Pearson (Biometrika 26, 1934), exact for draws with putting back and on the safe side without.
 * @param confidence such as 0.95
 * @returns a share of 0 to 1; 1 when nothing was drawn
 */
export function upperShareBound(wrong: number, sample: number, confidence: number): number {
  if (sample <= 0 || wrong >= sample) return 1;
  let low = wrong / sample;
  let high = 1;
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (binomialTail(wrong, sample, middle) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}

/** Chance of at most `successes` in `trials` of chance `share`. */
function binomialTail(successes: number, trials: number, share: number): number {
  let logTerm = trials * Math.log1p(-share);
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= successes; k += 1) {
    logTerm += Math.log((trials - k + 1) / k) + Math.log(share) - Math.log1p(-share);
    sum += Math.exp(logTerm);
  }
  return sum;
}
