import type { KernelPool } from './kernels/kernelPool.ts';
import type { NearestRows } from './nearestRows.ts';

/** Who attracts whom, and how much: rows of pairs whose shares add up to 1 over all rows; in the pool's memory. */
export interface Affinities {
  readonly n: number;
  /** `[n + 1] int32`: where each row's pairs begin, multiples of 4. */
  readonly rows: number;
  /** `[pairs] int32`: the other row; a row's own number with a share of 0 fills it up. */
  readonly columns: number;
  /** `[pairs] float32` */
  readonly shares: number;
  readonly pairs: number;
}

const PER_PART = 512;

/** How many neighbours a perplexity needs: three times as many, a multiple of 4, and no more than there are. */
export function countNeighbours(perplexity: number, n: number): number {
  return Math.ceil(Math.min(Math.ceil(3 * perplexity), n - 1) / 4) * 4;
}

/**
 * The joint distribution of t-SNE (van der Maaten and Hinton 2008): for each row a Gaussian over its neighbours with the
 * wanted perplexity, made symmetric. The distances of `near` are overwritten.
 */
export function findAffinities(pool: KernelPool, near: NearestRows, perplexity: number): Affinities {
  const { n, count, distances, ids } = near;
  const parts = Math.ceil(n / PER_PART);
  const entropy = Math.log(Math.min(perplexity, (n - 1) / 3));
  pool.run('calibrate', parts, distances, ids, count, entropy, PER_PART, n);
  pool.run('sortById', parts, distances, ids, count, PER_PART, n);
  const rows = pool.take((n + 1) * 4);
  pool.integers(rows, n + 1).fill(0);
  const start = pool.mark();
  const starts = pool.take((n + 1) * 4);
  const next = pool.take(n * 4);
  pool.integers(starts, n + 1).fill(0);
  const sources = pool.take(n * count * 4);
  const sourceShares = pool.take(n * count * 4);
  pool.run('turnRound', 1, distances, ids, count, n, starts, next, sources, sourceShares);
  const given = [distances, ids, count, n, starts, sources, sourceShares, rows];
  pool.run('join', parts, ...given, 0, 0, PER_PART);
  const ends = pool.integers(rows, n + 1);
  for (let row = 0; row < n; row++) ends[row + 1]! += ends[row]!;
  const pairs = pool.integers(rows, n + 1)[n]!;
  const columns = pool.take(pairs * 4);
  const shares = pool.take(pairs * 4);
  pool.run('join', parts, ...given, columns, shares, PER_PART);
  return moveDown(pool, start, { n, rows, columns, shares, pairs });
}

/** Gives back the memory that was needed on the way. */
function moveDown(pool: KernelPool, start: number, found: Affinities): Affinities {
  pool.release(start);
  const columns = pool.take(found.pairs * 4);
  pool.integers(columns, found.pairs).set(pool.integers(found.columns, found.pairs));
  const shares = pool.take(found.pairs * 4);
  pool.floats(shares, found.pairs).set(pool.floats(found.shares, found.pairs));
  return { ...found, columns, shares };
}
