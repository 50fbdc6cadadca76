import { logFactorial } from './logFactorial.ts';

/**
 * Exact two-sided McNemar test (McNemar, Psychometrika 12, 1947): how likely a difference at least as large as
 * between `onlyFirst` and `onlySecond` is when neither of two methods is better, by the binomial distribution with
 * chance ½ over the cases in which just one of them is right. 1 when there is no such case.
 * Throws RangeError for counts that are not whole numbers from 0.
 */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  for (const count of [onlyFirst, onlySecond]) {
    if (!Number.isInteger(count) || count < 0) throw new RangeError(`${count} is not a count.`);
  }
  const n = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  const logTerm = logFactorial(n) - logFactorial(fewer) - logFactorial(n - fewer) - n * Math.LN2;
  // From the largest term down; each is the one before times i / (n − i + 1).
  let tail = 0;
  let share = 1;
  for (let i = fewer; i >= 0 && share > 1e-18; i -= 1) {
    tail += share;
    share *= i / (n - i + 1);
  }
  return Math.min(1, 2 * tail * Math.exp(logTerm));
}
