import type { Random } from '../math/random.ts';
import type { FeatureSpace } from './featureSpace.ts';

export interface Clusters {
  /** `[rows.length]`: the cluster of each row, in the order of the rows given. */
  readonly of: Int32Array;
  /** `[rows.length]`: squared distance to the centre of its cluster. */
  readonly distance: Float64Array;
  readonly count: number;
}

/** Directions that clusters are found in; the rest is mostly noise for distances. */
const CLUSTER_DIMS = 48;

/**
 * k-means (Lloyd) over some rows of a space, started by k-means++. At most `rounds` rounds; fewer clusters than
 * `count` where there are not as many different points.
 */
export function findKMeans(
  space: FeatureSpace,
  rows: ArrayLike<number>,
  count: number,
  random: Random,
  rounds = 12,
): Clusters {
  const n = rows.length;
  const dims = Math.min(space.dims, CLUSTER_DIMS);
  const points = new Float32Array(n * dims);
  for (let i = 0; i < n; i++) {
    const from = rows[i]! * space.dims;
    points.set(space.points.subarray(from, from + dims), i * dims);
  }
  const centres = seedCentres(points, n, dims, Math.min(count, n), random);
  const found = centres.length / dims;
  const of = new Int32Array(n).fill(-1);
  const distance = new Float64Array(n);
  for (let round = 0; round < rounds; round++) {
    if (assign(points, n, dims, centres, of, distance) === 0) break;
    moveCentres(points, n, dims, centres, of);
  }
  return { of, distance, count: found };
}

/** k-means++: each further centre is drawn by its squared distance to those chosen. `[found, dims]` */
function seedCentres(
  points: Float32Array,
  n: number,
  dims: number,
  count: number,
  random: Random,
): Float64Array {
  const chosen: number[] = n === 0 ? [] : [random.int(n)];
  const nearest = new Float64Array(n).fill(Infinity);
  while (chosen.length > 0 && chosen.length < count) {
    const last = chosen.at(-1)!;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      nearest[i] = Math.min(nearest[i]!, between(points, i * dims, points, last * dims, dims));
      sum += nearest[i]!;
    }
    if (!(sum > 0)) break;
    let left = random.next() * sum;
    let next = n - 1;
    for (let i = 0; i < n; i++) {
      left -= nearest[i]!;
      if (left < 0) {
        next = i;
        break;
      }
    }
    chosen.push(next);
  }
  const centres = new Float64Array(chosen.length * dims);
  for (const [c, i] of chosen.entries()) centres.set(points.subarray(i * dims, (i + 1) * dims), c * dims);
  return centres;
}

/** Puts every point to its nearest centre; returns how many moved. */
function assign(
  points: Float32Array,
  n: number,
  dims: number,
  centres: Float64Array,
  of: Int32Array,
  distance: Float64Array,
): number {
  const count = centres.length / dims;
  let moved = 0;
  for (let i = 0; i < n; i++) {
    let best = 0;
    let least = Infinity;
    for (let c = 0; c < count; c++) {
      const d = between(points, i * dims, centres, c * dims, dims, least);
      if (d < least) {
        least = d;
        best = c;
      }
    }
    if (of[i] !== best) moved += 1;
    of[i] = best;
    distance[i] = least;
  }
  return moved;
}

function moveCentres(
  points: Float32Array,
  n: number,
  dims: number,
  centres: Float64Array,
  of: Int32Array,
): void {
  const count = centres.length / dims;
  const sizes = new Int32Array(count);
  const sums = new Float64Array(centres.length);
  for (let i = 0; i < n; i++) {
    const c = of[i]!;
    sizes[c]! += 1;
    for (let j = 0; j < dims; j++) sums[c * dims + j]! += points[i * dims + j]!;
  }
  for (let c = 0; c < count; c++) {
    if (sizes[c] === 0) continue;
    for (let j = 0; j < dims; j++) centres[c * dims + j] = sums[c * dims + j]! / sizes[c]!;
  }
}

/** Squared distance of two points; stops early, with any value above `limit`, once it exceeds that. */
function between(
  a: ArrayLike<number>,
  atA: number,
  b: ArrayLike<number>,
  atB: number,
  dims: number,
  limit = Infinity,
): number {
  let sum = 0;
  for (let j = 0; j < dims; j += 8) {
    const end = Math.min(j + 8, dims);
    for (let k = j; k < end; k++) {
      const difference = a[atA + k]! - b[atB + k]!;
      sum += difference * difference;
    }
    if (sum > limit) return sum;
  }
  return sum;
}
