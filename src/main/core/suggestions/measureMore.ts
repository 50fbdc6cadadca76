import { Z95 } from '../math/wilson.ts';

/** Half width of the interval that a measurement aims at. */
const AIM = 0.02;

/**
 * Random test images that are still needed until the 95 % interval of an accuracy is ± 2 points wide: the normal
 * approximation p(1 − p)(z / 0.02)² less those there are. Without an accuracy the worst case, a half, is taken.
 */
export function countMeasureMore(accuracy: number | null, images: number): number {
  const p = accuracy ?? 0.5;
  // A handful of right answers must not look like certainty: two successes and failures are added (Agresti and Coull).
  const safe = (p * images + 2) / (images + 4);
  return Math.max(0, Math.ceil(safe * (1 - safe) * (Z95 / AIM) ** 2) - images);
}
