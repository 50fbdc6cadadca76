import { wilsonInterval, Z95 } from '../math/wilson.ts';
import { measureKappa } from './confusion.ts';

/**
 * 95 % interval of Cohen's kappa of an agreement table `[first][second]`: kappa ± 1.96 standard errors, kept within
 * [−1, 1]. The standard error is 0 where all agree, however few they are, and too small near that; the interval is
 * therefore widened to kappa at the Wilson limits of the observed agreement (that by chance kept) wherever those reach
 * further. Returns null for an empty table and where chance alone gives full agreement (one class only).
 */
export function findKappaInterval(
  confusion: readonly (readonly number[])[],
): [low: number, high: number] | null {
  const { n, po, pe } = measureShares(confusion);
  if (n === 0 || 1 - pe < 1e-12) return null;
  const kappa = measureKappa(confusion);
  const reach = Z95 * measureKappaError(confusion);
  const [least, most] = wilsonInterval(Math.min(n, po * n), n)!;
  const toKappa = (share: number): number => (share - pe) / (1 - pe);
  return [
    Math.max(-1, Math.min(kappa - reach, toKappa(least))),
    Math.min(1, Math.max(kappa + reach, toKappa(most))),
  ];
}

/**
 * Large-sample standard error of Cohen's kappa (Fleiss, Cohen & Everitt, Psychological Bulletin 72, 1969), of a table
 * with at least two classes in use:
 *
 *     n (1 − pe)⁴ var = Σᵢ pᵢᵢ [(1 − pe) − (p.ᵢ + pᵢ.)(1 − po)]² + (1 − po)² Σᵢ≠ⱼ pᵢⱼ (p.ᵢ + pⱼ.)² − (po pe − 2 pe + po)²
 *
 * with po the observed agreement and pe the agreement by chance.
 */
export function measureKappaError(confusion: readonly (readonly number[])[]): number {
  const { n, p, first, second, po, pe } = measureShares(confusion);
  let spread = -((po * pe - 2 * pe + po) ** 2);
  for (const [i, row] of p.entries()) {
    for (const [j, share] of row.entries()) {
      spread +=
        i === j
          ? share * (1 - pe - (second[i]! + first[i]!) * (1 - po)) ** 2
          : (1 - po) ** 2 * share * (second[i]! + first[j]!) ** 2;
    }
  }
  return Math.sqrt(Math.max(0, spread) / n) / (1 - pe) ** 2;
}

function measureShares(confusion: readonly (readonly number[])[]) {
  const n = confusion.flat().reduce((sum, count) => sum + count, 0);
  const p = confusion.map((row) => row.map((count) => count / n));
  const first = p.map((row) => row.reduce((sum, share) => sum + share, 0));
  const second = p.map((_, index) => p.reduce((sum, row) => sum + row[index]!, 0));
  const po = p.reduce((sum, row, index) => sum + row[index]!, 0);
  const pe = first.reduce((sum, share, index) => sum + share * second[index]!, 0);
  return { n, p, first, second, po, pe };
}
