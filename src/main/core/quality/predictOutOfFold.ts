import { hashToSeed } from '../math/random.ts';
import { takeRows, type FeatureSpace } from '../suggestions/featureSpace.ts';
import { applySmallHead, fitSmallHead } from '../suggestions/smallHead.ts';
import type { Tf } from '../training/engines.ts';

/** Ten rather than five: heads that learn from nine tenths rank flipped labels better (docs/suggestions.md). */
const FOLDS = 10;

/**
 * What heads that never saw an image or another of its group say of it: `[n, classes]`, by ten folds of groups.
 * `units` names the group (or the image itself) of each row, `labels` its class.
 */
export async function predictOutOfFold(
  tf: Tf,
  space: FeatureSpace,
  labels: Int32Array,
  units: readonly string[],
  classes: number,
  options: { readonly seed: number; readonly onFold: (done: number, total: number) => void },
): Promise<Float64Array> {
  const folds = Uint8Array.from(units, (unit) => hashToSeed(`${options.seed}\n${unit}`) % FOLDS);
  const probabilities = new Float64Array(space.n * classes);
  for (let fold = 0; fold < FOLDS; fold++) {
    const all = Array.from(folds.keys());
    const rows = Uint32Array.from(all.filter((row) => folds[row] !== fold));
    const held = Uint32Array.from(all.filter((row) => folds[row] === fold));
    if (rows.length > 0 && held.length > 0) {
      const own = Int32Array.from(rows, (row) => labels[row]!);
      const head = await fitSmallHead(tf, space, { rows, labels: own }, classes);
      const found = applySmallHead(tf, head, takeRows(space, held));
      held.forEach((row, i) =>
        probabilities.set(found.subarray(i * classes, (i + 1) * classes), row * classes),
      );
    }
    options.onFold(fold + 1, FOLDS);
  }
  return probabilities;
}
