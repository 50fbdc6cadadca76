/** Exponents of the power law that are tried; what learning curves of classifiers show lies between. */
const EXPONENTS = [0.15, 0.25, 0.35, 0.5, 0.7, 1];

export interface Forecast {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Rise of the accuracy from the last point of a learning curve to `next` labels more, by inverse power laws
 * a − b n^−c (Figueroa 2012), fitted by least squares for each of several c. Each c counts by how well it fits,
 * exp(−Σr² / 2σ²) with σ² the binomial variance of an accuracy measured on `judged` images; the range is that of the
 * c that count, widened by how far the last points may be off by chance. Never below 0.
 */
export function forecastGain(
  curve: readonly (readonly [labels: number, accuracy: number])[],
  judged: number,
  next: number,
): Forecast {
  const [from, last] = curve.at(-1)!;
  const variance = Math.max(1e-6, (last * (1 - last)) / judged);
  const fits = EXPONENTS.map((c) => fitPower(curve, c)).map(({ slope, error }, i) => {
    const c = EXPONENTS[i]!;
    const rise = Math.max(0, slope) * (from ** -c - (from + next) ** -c);
    return { rise, weight: Math.exp(-error / (2 * variance)) };
  });
  const sum = fits.reduce((total, { weight }) => total + weight, 0);
  const mean = fits.reduce((total, { rise, weight }) => total + rise * weight, 0) / sum;
  const spread = fits.reduce((total, { rise, weight }) => total + (rise - mean) ** 2 * weight, 0) / sum;
  // The same images judge every point, so most of the chance is common to them; a third of it is left.
  const chance = Math.sqrt(variance) / 3 / Math.sqrt(curve.length);
  const half = 2 * Math.sqrt(spread + (chance * next) ** 2 / (from / 2) ** 2);
  return { mean, low: Math.max(0, mean - half), high: mean + half };
}

/** Least squares of accuracy = a − slope · n^−c; `error` is the sum of squared residuals. */
function fitPower(
  curve: readonly (readonly [labels: number, accuracy: number])[],
  c: number,
): { slope: number; error: number } {
  const n = curve.length;
  const x = curve.map(([labels]) => labels ** -c);
  const meanX = x.reduce((sum, each) => sum + each, 0) / n;
  const meanY = curve.reduce((sum, [, accuracy]) => sum + accuracy, 0) / n;
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    xx += (x[i]! - meanX) ** 2;
    xy += (x[i]! - meanX) * (curve[i]![1] - meanY);
  }
  const slope = xx > 0 ? -xy / xx : 0;
  const error = curve.reduce(
    (sum, [, accuracy], i) => sum + (accuracy - meanY + slope * (x[i]! - meanX)) ** 2,
    0,
  );
  return { slope, error };
}
