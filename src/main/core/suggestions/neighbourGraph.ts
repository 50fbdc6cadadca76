import { multiply, transpose } from '../training/engineProducts.ts';
import type { Tf } from '../training/engines.ts';
import { takeRows, type FeatureSpace } from './featureSpace.ts';

/** The nearest neighbours of some rows among themselves; the nearest first. */
export interface NeighbourGraph {
  /** `[n, k]` places in the list of rows. */
  readonly places: Int32Array;
  /** `[n, k]` cosine similarity. */
  readonly similarities: Float32Array;
  readonly n: number;
  readonly k: number;
}

/** Rows compared with all others at once. */
const CHUNK = 512;

/**
 * Exact `k` nearest neighbours by cosine of the named rows among themselves, without the row itself. Takes time in
 * the square of the rows: 8,000 take about two seconds.
 */
export function findNeighbourGraph(
  tf: Tf,
  space: FeatureSpace,
  rows: ArrayLike<number>,
  wanted: number,
): NeighbourGraph {
  const n = rows.length;
  const k = Math.min(wanted, Math.max(0, n - 1));
  const { dims } = space;
  const unit = normaliseRows(takeRows(space, rows), dims);
  const turned = transpose({ values: unit, rows: n, columns: dims });
  const places = new Int32Array(n * k);
  const similarities = new Float32Array(n * k);
  for (let from = 0; from < n; from += CHUNK) {
    const count = Math.min(CHUNK, n - from);
    const part = { values: unit.subarray(from * dims, (from + count) * dims), rows: count, columns: dims };
    const products = multiply(tf, part, turned);
    for (let i = 0; i < count; i++) {
      keepLargest(products.subarray(i * n, (i + 1) * n), from + i, k, places, similarities);
    }
  }
  return { places, similarities, n, k };
}

/** Scales every row of `[n, dims]` to length 1 in place; a row of zeros stays. */
export function normaliseRows(points: Float32Array, dims: number): Float32Array {
  for (let at = 0; at < points.length; at += dims) {
    let sum = 0;
    for (let j = at; j < at + dims; j++) sum += points[j]! * points[j]!;
    const factor = sum > 0 ? 1 / Math.sqrt(sum) : 0;
    for (let j = at; j < at + dims; j++) points[j]! *= factor;
  }
  return points;
}

/** Insertion into the `k` places of row `own`: almost every value fails the first comparison. */
function keepLargest(
  values: Float32Array,
  own: number,
  k: number,
  places: Int32Array,
  similarities: Float32Array,
): void {
  if (k === 0) return;
  const start = own * k;
  let held = 0;
  for (let j = 0; j < values.length; j++) {
    const value = values[j]!;
    if (j === own || (held === k && value <= similarities[start + k - 1]!)) continue;
    let at = held < k ? held++ : k - 1;
    for (; at > 0 && similarities[start + at - 1]! < value; at--) {
      similarities[start + at] = similarities[start + at - 1]!;
      places[start + at] = places[start + at - 1]!;
    }
    similarities[start + at] = value;
    places[start + at] = j;
  }
}
