import { createRandom } from '../math/random.ts';
import type { Affinities } from './affinities.ts';
import type { KernelPool } from './kernels/kernelPool.ts';
import { everyRow, packRows, type PackedRows } from './kernels/packedRows.ts';
import { placeQueries, scan } from './nearestRows.ts';

/** How well a map keeps the neighbours that points have in feature space. */
export interface Faithfulness {
  /**
   * 1 when all ten neighbours on the map are among the ten nearest in feature space; the farther away they really are,
   * the less (Venna and Kaski 2001).
   */
  readonly trustworthiness: number;
  /** The share of the ten nearest in feature space that are among the ten nearest on the map. */
  readonly recall10: number;
  /** Images that both were measured on. */
  readonly measuredOn: number;
}

const NEAR = 10;
/** Up to so many images all are measured; above, so many drawn by the seed. */
const ALL_UP_TO = 20_000;
const SAMPLE = 3_000;
const PANELS_PER_SEGMENT = 64;
const QUERIES_PER_PART = 128;

/**
 * Compares a map, `[n, 2] float32`, with points `[n, dims] float32`, `dims` a multiple of 4: all images up to 20,000, and
 * 3,000 drawn by the seed above.
 */
export function measureFaithfulness(
  pool: KernelPool,
  points: Float32Array,
  dims: number,
  positions: Float32Array,
  seed: number,
): Faithfulness {
  const n = points.length / dims;
  const near = Math.min(NEAR, n - 1);
  const rows = n <= ALL_UP_TO ? everyRow(n) : createRandom(seed).shuffle(everyRow(n)).slice(0, SAMPLE).sort();
  const start = pool.mark();
  try {
    const flat = new Float32Array(4 * n);
    for (let i = 0; i < n; i++) flat.set(positions.subarray(2 * i, 2 * i + 2), 4 * i);
    const onMap = nearestOf(pool, flat, 4, rows, near);
    const packed = packRows(pool, points, dims, everyRow(n));
    const inSpace = nearestOf(pool, points, dims, rows, near, packed);
    let found = 0;
    for (let i = 0; i < rows.length; i++) {
      const true10 = new Set(inSpace.subarray(i * near, (i + 1) * near));
      for (let j = i * near; j < (i + 1) * near; j++) if (true10.has(onMap[j]!)) found += 1;
    }
    const ranks = rankAmong(pool, points, dims, rows, onMap, near, packed);
    let penalty = 0;
    for (const rank of ranks) penalty += Math.max(0, rank + 1 - near);
    const worst = (rows.length * near * (2 * n - 3 * near - 1)) / 2;
    return {
      trustworthiness: worst > 0 ? 1 - penalty / worst : 1,
      recall10: found / (rows.length * near),
      measuredOn: rows.length,
    };
  } finally {
    pool.release(start);
  }
}

/** The `count` rows nearest to each of some rows, `[rows.length, count]`, the row itself left out. */
export function nearestOf(
  pool: KernelPool,
  points: Float32Array,
  dims: number,
  rows: Int32Array,
  count: number,
  given?: PackedRows,
): Int32Array {
  const start = pool.mark();
  const packed = given ?? packRows(pool, points, dims, everyRow(points.length / dims));
  const queries = placeQueries(pool, points, dims, rows);
  const heaps = pool.take((rows.length + 4) * count * 4);
  const heapIds = pool.take((rows.length + 4) * count * 4);
  pool.floats(heaps, (rows.length + 4) * count).fill(Infinity);
  pool.integers(heapIds, (rows.length + 4) * count).fill(-1);
  const [ranges, segments, segmentsOf]: [number[], number[], number[]] = [[], [], [0]];
  for (let from = 0; from < rows.length; from += QUERIES_PER_PART) {
    ranges.push(from, Math.min(from + QUERIES_PER_PART, rows.length));
    for (let panel = 0; panel < packed.panels; panel += PANELS_PER_SEGMENT) {
      segments.push(panel, Math.min(panel + PANELS_PER_SEGMENT, packed.panels));
    }
    segmentsOf.push(segments.length / 2);
  }
  const lists = [ranges, segments, segmentsOf].map((list) => Int32Array.from(list));
  scan(pool, queries, packed, lists[0]!, lists[1]!, lists[2]!, heaps, heapIds, count);
  pool.run('sortHeaps', Math.ceil(rows.length / 512), heaps, heapIds, count, 512, rows.length);
  const found = Int32Array.from(pool.integers(heapIds, rows.length * count));
  pool.release(start);
  return found;
}

/** For each of `near` (`[rows.length, count]`): how many rows are nearer to the row in question than that one. */
function rankAmong(
  pool: KernelPool,
  points: Float32Array,
  dims: number,
  rows: Int32Array,
  near: Int32Array,
  count: number,
  { packed, lengths, panels }: PackedRows,
): Int32Array {
  const start = pool.mark();
  const queries = placeQueries(pool, points, dims, rows);
  const padded = Math.ceil(rows.length / 4) * 4;
  const asked = new Int32Array(padded * count).fill(-1);
  asked.set(near);
  const [nearAt, ranksAt] = [pool.place(asked), pool.take(asked.byteLength)];
  const line = pool.take(pool.threads * panels * 128);
  const given = [queries.rows, queries.lengths, queries.ids, packed, lengths];
  pool.run('rankRows', padded / 4, ...given, panels, dims, nearAt, ranksAt, count, line);
  const ranks = Int32Array.from(pool.integers(ranksAt, rows.length * count));
  pool.release(start);
  return ranks;
}

const PAIRS_PER_PART = 256;

/**
 * The Kullback–Leibler divergence of any map, `[n, 2] float32`, with the normaliser summed over every pair: to compare
 * maps from different programs in the same way.
 */
export function measureExactDivergence(
  pool: KernelPool,
  { n, rows, columns, shares }: Affinities,
  positions: Float32Array,
): number {
  const start = pool.mark();
  const at = pool.place(positions);
  const xs = pool.place(Float32Array.from({ length: n }, (_, i) => positions[2 * i]!));
  const ys = pool.place(Float32Array.from({ length: n }, (_, i) => positions[2 * i + 1]!));
  const parts = Math.ceil(n / PAIRS_PER_PART);
  const sums = pool.take(parts * 16);
  pool.run('sumPairs', parts, xs, ys, n, PAIRS_PER_PART, sums);
  const z = 2 * pool.doubles(sums, parts).reduce((all, sum) => all + sum, 0);
  pool.run('sumDivergence', parts, at, n, PAIRS_PER_PART, rows, columns, shares, sums);
  const found = pool.doubles(sums, 2 * parts);
  let [first, second] = [0, 0];
  for (let part = 0; part < parts; part++) {
    first += found[2 * part]!;
    second += found[2 * part + 1]!;
  }
  pool.release(start);
  return first + Math.log(z) * second;
}
