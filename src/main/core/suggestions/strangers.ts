import { transpose, multiply } from '../training/engineProducts.ts';
import type { Tf } from '../training/engines.ts';
import { takeRows, type FeatureSpace } from './featureSpace.ts';
import { normaliseRows } from './neighbourGraph.ts';

/** The share of the candidates that is called strange. */
const SHARE = 0.02;
/** With fewer labels almost everything is unlike them, and saying so would tell nothing. */
const FEWEST_LABELLED = 20;
const CHUNK = 1_024;

/** The candidates whose most similar labelled image (by cosine) is least similar: unlike anything labelled. */
export function findStrangers(
  tf: Tf,
  space: FeatureSpace,
  candidates: Uint32Array,
  labelled: Uint32Array,
): ReadonlySet<number> {
  if (labelled.length < FEWEST_LABELLED) return new Set();
  const { dims } = space;
  const known = {
    values: normaliseRows(takeRows(space, labelled), dims),
    rows: labelled.length,
    columns: dims,
  };
  const turned = transpose(known);
  const nearest = new Float32Array(candidates.length).fill(-1);
  for (let from = 0; from < candidates.length; from += CHUNK) {
    const part = candidates.subarray(from, from + CHUNK);
    const values = normaliseRows(takeRows(space, part), dims);
    const products = multiply(tf, { values, rows: part.length, columns: dims }, turned);
    for (let i = 0; i < products.length; i++) {
      const at = from + Math.floor(i / labelled.length);
      if (products[i]! > nearest[at]!) nearest[at] = products[i]!;
    }
  }
  const order = Array.from(candidates.keys()).sort((a, b) => nearest[a]! - nearest[b]!);
  return new Set(order.slice(0, Math.floor(candidates.length * SHARE)).map((at) => candidates[at]!));
}
