import { throwIfCancelled } from '../../../shared/errors.ts';
import { createRandom } from '../math/random.ts';
import type { KernelPool } from './kernels/kernelPool.ts';
import { everyRow, packRows, type PackedRows } from './kernels/packedRows.ts';

/** The nearest rows of each row, near to far; in the pool's memory. */
export interface NearestRows {
  readonly n: number;
  readonly count: number;
  /** `[n, count] float32`, squared; infinite where there is none */
  readonly distances: number;
  /** `[n, count] int32`; −1 where there is none */
  readonly ids: number;
}

/** Up to so many rows every pair is compared. */
const EXACT_UP_TO = 30_000;
/** Queries that share one part: what is compared with them is read from the cache. */
const QUERIES_PER_PART = 256;
/** Panels that a part compares before it goes on: 512 rows of 50 numbers stay in the cache. */
const PANELS_PER_SEGMENT = 64;
const ROWS_PER_CELL = 320;
const CELL_SAMPLE = 40;
const CELL_ROUNDS = 8;
/** Cells looked through for each row, besides its own. */
const CELLS_TRIED = 24;
/** Neighbours whose neighbours are tried afterwards. */
const IMPROVED_BY = 16;
/** That is done again while it changes more than this share of all neighbours, but so many times at most. */
const STILL_CHANGING = 0.005;
const MOST_ROUNDS = 4;
/** Every so many rows are looked at for changes. */
const LOOKED_AT = 16;

/**
 * The `count` rows nearest to each row of `[n, dims] float32`, itself left out: exactly up to 30,000 rows; above, among
 * the rows of the nearest cells of a k-means and then among neighbours of neighbours. Deterministic. `dims` and `count`
 * are multiples of 4.
 */
export function findNearestRows(
  pool: KernelPool,
  points: Float32Array,
  dims: number,
  count: number,
  options: { readonly seed: number; readonly exactUpTo?: number; readonly signal?: AbortSignal },
): NearestRows {
  const n = points.length / dims;
  const padded = n + 4;
  const distances = pool.take(padded * count * 4);
  const ids = pool.take(padded * count * 4);
  pool.floats(distances, padded * count).fill(Infinity);
  pool.integers(ids, padded * count).fill(-1);
  const start = pool.mark();
  try {
    if (n <= (options.exactUpTo ?? EXACT_UP_TO)) compareAll(pool, points, dims, { n, count, distances, ids });
    else compareCells(pool, points, dims, { n, count, distances, ids }, options);
    return { n, count, distances, ids };
  } finally {
    pool.release(start);
  }
}

function compareAll(pool: KernelPool, points: Float32Array, dims: number, target: NearestRows): void {
  const { n, count, distances, ids } = target;
  const names = everyRow(n);
  const packed = packRows(pool, points, dims, names);
  const queries = placeQueries(pool, points, dims, names);
  const segments: number[] = [];
  for (let from = 0; from < packed.panels; from += PANELS_PER_SEGMENT) {
    segments.push(from, Math.min(from + PANELS_PER_SEGMENT, packed.panels));
  }
  const ranges: number[] = [];
  for (let from = 0; from < n; from += QUERIES_PER_PART)
    ranges.push(from, Math.min(from + QUERIES_PER_PART, n));
  // Every part looks through the same segments: one list, a part for each piece of the queries.
  const parts = ranges.length / 2;
  const listed = Int32Array.from({ length: parts + 1 }, (_, part) => part * (segments.length / 2));
  const repeated = new Int32Array(parts * segments.length);
  for (let part = 0; part < parts; part++) repeated.set(segments, part * segments.length);
  scan(pool, queries, packed, Int32Array.from(ranges), repeated, listed, distances, ids, count);
  pool.run('sortHeaps', Math.ceil(n / 512), distances, ids, count, 512, n);
}

function compareCells(
  pool: KernelPool,
  points: Float32Array,
  dims: number,
  target: NearestRows,
  { seed, signal }: { readonly seed: number; readonly signal?: AbortSignal },
): void {
  const { n, count } = target;
  const cells = findCells(pool, points, dims, Math.round(n / ROWS_PER_CELL), seed);
  throwIfCancelled(signal);
  // Rows in the order of their cells, each cell from a multiple of 8 on.
  const order: number[] = [];
  const cellPanels: number[] = [];
  const members = groupByCell(cells.of, cells.count);
  for (const rows of members) {
    const from = order.length / 8;
    for (const row of rows) order.push(row);
    while (order.length % 8 !== 0) order.push(-1);
    cellPanels.push(from, order.length / 8);
  }
  const names = Int32Array.from(order);
  const packed = packRows(pool, points, dims, names);
  const queries = placeQueries(pool, points, dims, names);
  const near = nearestCells(cells.centres, cells.count, dims, Math.min(CELLS_TRIED + 1, cells.count));
  const ranges: number[] = [];
  const segments: number[] = [];
  const segmentsOf: number[] = [0];
  for (let cell = 0; cell < cells.count; cell++) {
    const [from, to] = [cellPanels[2 * cell]! * 8, cellPanels[2 * cell + 1]! * 8];
    for (let first = from; first < to; first += QUERIES_PER_PART) {
      ranges.push(first, Math.min(first + QUERIES_PER_PART, to));
      for (const other of near[cell]!) {
        const end = cellPanels[2 * other + 1]!;
        for (let panel = cellPanels[2 * other]!; panel < end; panel += PANELS_PER_SEGMENT) {
          segments.push(panel, Math.min(panel + PANELS_PER_SEGMENT, end));
        }
      }
      segmentsOf.push(segments.length / 2);
    }
  }
  const heaps = pool.take(order.length * count * 4);
  const heapIds = pool.take(order.length * count * 4);
  pool.floats(heaps, order.length * count).fill(Infinity);
  pool.integers(heapIds, order.length * count).fill(-1);
  const lists = [ranges, segments, segmentsOf].map((list) => Int32Array.from(list));
  scan(pool, queries, packed, lists[0]!, lists[1]!, lists[2]!, heaps, heapIds, count);
  throwIfCancelled(signal);
  const [from, fromIds] = [
    pool.floats(heaps, order.length * count),
    pool.integers(heapIds, order.length * count),
  ];
  const [to, toIds] = [pool.floats(target.distances, n * count), pool.integers(target.ids, n * count)];
  for (const [place, row] of order.entries()) {
    if (row < 0) continue;
    to.set(from.subarray(place * count, (place + 1) * count), row * count);
    toIds.set(fromIds.subarray(place * count, (place + 1) * count), row * count);
  }
  for (let round = 0; round < MOST_ROUNDS; round++) {
    throwIfCancelled(signal);
    if (improve(pool, points, dims, target) <= STILL_CHANGING) break;
  }
  pool.run('sortHeaps', Math.ceil(n / 512), target.distances, target.ids, count, 512, n);
}

/** One round among the neighbours of neighbours; returns the share of neighbours that are new. Keeps heaps heaps. */
function improve(pool: KernelPool, points: Float32Array, dims: number, target: NearestRows): number {
  const { n, count, distances, ids } = target;
  const start = pool.mark();
  const rows = pool.place(points);
  const known = pool.take(n * count * 4);
  const far = pool.take(n * count * 4);
  pool.integers(known, n * count).set(pool.integers(ids, n * count));
  pool.floats(far, n * count).set(pool.floats(distances, n * count));
  pool.run('sortHeaps', Math.ceil(n / 512), far, known, count, 512, n);
  const marks = pool.take(pool.threads * n * 4);
  pool.integers(marks, pool.threads * n).fill(0);
  const near = Math.min(IMPROVED_BY, count);
  pool.run(
    'improveNearest',
    Math.ceil(n / 512),
    rows,
    n,
    dims,
    known,
    near,
    distances,
    ids,
    count,
    marks,
    512,
  );
  const share = shareOfNew(pool.integers(known, n * count), pool.integers(ids, n * count), n, count);
  pool.release(start);
  return share;
}

function shareOfNew(before: Int32Array, after: Int32Array, n: number, count: number): number {
  let [found, all] = [0, 0];
  for (let row = 0; row < n; row += LOOKED_AT) {
    const old = new Set(before.subarray(row * count, (row + 1) * count));
    for (const id of after.subarray(row * count, (row + 1) * count)) if (!old.has(id)) found += 1;
    all += count;
  }
  return found / all;
}

interface Queries {
  readonly rows: number;
  readonly lengths: number;
  readonly ids: number;
}

/** Rows in the order of `names` as queries, and four empty ones behind them. */
export function placeQueries(
  pool: KernelPool,
  points: Float32Array,
  dims: number,
  names: Int32Array,
): Queries {
  const padded = names.length + 4;
  const rows = pool.take(padded * dims * 4);
  const lengths = pool.take(padded * 4);
  const ids = pool.take(padded * 4);
  const to = pool.floats(rows, padded * dims).fill(0);
  const squares = pool.floats(lengths, padded).fill(Infinity);
  const own = pool.integers(ids, padded).fill(-1);
  for (const [place, name] of names.entries()) {
    if (name < 0) continue;
    let sum = 0;
    for (let j = 0; j < dims; j++) {
      const value = points[name * dims + j]!;
      to[place * dims + j] = value;
      sum += value * value;
    }
    squares[place] = sum;
    own[place] = name;
  }
  return { rows, lengths, ids };
}

export function scan(
  pool: KernelPool,
  queries: Queries,
  { packed, lengths, ids, dims }: PackedRows,
  ranges: Int32Array,
  segments: Int32Array,
  segmentsOf: Int32Array,
  heaps: number,
  heapIds: number,
  count: number,
): void {
  const start = pool.mark();
  const lists = [ranges, segments, segmentsOf].map((list) => pool.place(list));
  pool.run(
    'scanNearest',
    ranges.length / 2,
    ...[queries.rows, queries.lengths, queries.ids, lists[0]!, packed, lengths, ids, dims],
    ...[lists[1]!, lists[2]!, heaps, heapIds, count],
  );
  pool.release(start);
}

interface Cells {
  readonly of: Int32Array;
  readonly centres: Float32Array;
  readonly count: number;
}

/** k-means on a sample, then the nearest centre of every row. */
function findCells(pool: KernelPool, points: Float32Array, dims: number, count: number, seed: number): Cells {
  const n = points.length / dims;
  const random = createRandom(seed);
  const sample = random
    .shuffle(everyRow(n))
    .slice(0, count * CELL_SAMPLE)
    .sort();
  const centres = new Float32Array(count * dims);
  for (let c = 0; c < count; c++) {
    const row = sample[Math.floor(((c + 0.5) * sample.length) / count)]!;
    centres.set(points.subarray(row * dims, (row + 1) * dims), c * dims);
  }
  for (let round = 0; round < CELL_ROUNDS; round++) {
    const of = nearestCentre(pool, points, dims, sample, centres);
    const sums = new Float64Array(count * dims);
    const sizes = new Int32Array(count);
    for (const [i, row] of sample.entries()) {
      const cell = of[i]!;
      sizes[cell]! += 1;
      for (let j = 0; j < dims; j++) sums[cell * dims + j]! += points[row * dims + j]!;
    }
    for (let c = 0; c < count; c++) {
      if (sizes[c] === 0) continue;
      for (let j = 0; j < dims; j++) centres[c * dims + j] = sums[c * dims + j]! / sizes[c]!;
    }
  }
  return { of: nearestCentre(pool, points, dims, everyRow(n), centres), centres, count };
}

function nearestCentre(
  pool: KernelPool,
  points: Float32Array,
  dims: number,
  rows: Int32Array,
  centres: Float32Array,
): Int32Array {
  const start = pool.mark();
  const packed = packRows(pool, centres, dims, everyRow(centres.length / dims));
  const queries = placeQueries(pool, points, dims, rows);
  // A centre is no row: nothing is left out.
  pool.integers(queries.ids, rows.length).fill(-1);
  const heaps = pool.take((rows.length + 4) * 4);
  const heapIds = pool.take((rows.length + 4) * 4);
  pool.floats(heaps, rows.length + 4).fill(Infinity);
  pool.integers(heapIds, rows.length + 4).fill(0);
  const ranges: number[] = [];
  for (let from = 0; from < rows.length; from += 1024) ranges.push(from, Math.min(from + 1024, rows.length));
  const parts = ranges.length / 2;
  const segments = new Int32Array(2 * parts);
  for (let part = 0; part < parts; part++) segments[2 * part + 1] = packed.panels;
  const segmentsOf = Int32Array.from({ length: parts + 1 }, (_, part) => part);
  scan(pool, queries, packed, Int32Array.from(ranges), segments, segmentsOf, heaps, heapIds, 1);
  const of = pool.integers(heapIds, rows.length).slice();
  pool.release(start);
  return of;
}

function groupByCell(of: Int32Array, count: number): number[][] {
  const members = Array.from({ length: count }, (): number[] => []);
  for (const [row, cell] of of.entries()) members[cell]!.push(row);
  return members;
}

/** For each cell the cells whose centres are nearest, itself first. */
function nearestCells(centres: Float32Array, count: number, dims: number, tried: number): number[][] {
  return Array.from({ length: count }, (_, cell) => {
    const distances = Float64Array.from({ length: count }, (__, other) => {
      let sum = 0;
      for (let j = 0; j < dims; j++) sum += (centres[cell * dims + j]! - centres[other * dims + j]!) ** 2;
      return sum;
    });
    return Array.from({ length: count }, (__, other) => other)
      .sort((a, b) => distances[a]! - distances[b]! || a - b)
      .slice(0, tried);
  });
}
