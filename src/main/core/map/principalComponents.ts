import { throwIfCancelled } from '../../../shared/errors.ts';
import { createRandom, type Random } from '../math/random.ts';
import { eigenSymmetric } from '../math/eigenSymmetric.ts';
import type { KernelPool } from './kernels/kernelPool.ts';
import { packRows } from './kernels/packedRows.ts';
import type { RowSource } from './rowSource.ts';

/** A mean and orthonormal directions, the widest first. */
export interface PrincipalComponents {
  readonly inputs: number;
  readonly dims: number;
  /** `[inputs] float32` */
  readonly mean: Float32Array;
  /** `[dims, inputs] float32`; the entry of largest size in each is positive */
  readonly directions: Float32Array;
  /** `[dims]`: the variance along each, with n − 1. */
  readonly variances: Float64Array;
}

/** Rows that directions are found from; beyond them the directions hardly change. */
const SAMPLE = 20_000;
const CHUNK = 2_048;
/** Directions carried along beside those wanted: the wanted ones then settle in a few rounds. */
const SPARE = 14;
const MOST_ROUNDS = 100;
/** Rounds end when no wanted variance moves by more than this share of the largest. */
const SETTLED = 1e-7;

/**
 * The `dims` widest directions of rows, by subspace iteration on the Gram matrix of at most 20,000 of them (drawn by the
 * seed). Deterministic.
 * @throws FoveaError `cancelled`, and what reading throws
 */
export async function findPrincipalComponents(
  pool: KernelPool,
  source: RowSource,
  dims: number,
  seed: number,
  signal?: AbortSignal,
): Promise<PrincipalComponents> {
  const random = createRandom(seed);
  const places = Uint32Array.from({ length: source.n }, (_, i) => i);
  const sample =
    source.n <= SAMPLE
      ? places
      : random
          .shuffle(places)
          .slice(0, SAMPLE)
          .sort((a, b) => a - b);
  const inputs = source.dims;
  const mean = await findMean(source, sample, signal);
  const start = pool.mark();
  try {
    const panels = Math.ceil(inputs / 8);
    const width = panels * 8;
    const gram = pool.take(width * width * 4);
    pool.floats(gram, width * width).fill(0);
    const means = pool.place(mean);
    const rows = pool.take(CHUNK * inputs * 4);
    const packed = pool.take(CHUNK * width * 4);
    for (let from = 0; from < sample.length; from += CHUNK) {
      throwIfCancelled(signal);
      const chunk = sample.subarray(from, from + CHUNK);
      pool.floats(rows, chunk.length * inputs).set(await source.read(chunk));
      pool.run('packCentred', panels, rows, chunk.length, inputs, means, packed);
      pool.run('addGram', panels, packed, chunk.length, panels, gram);
    }
    mirror(pool.floats(gram, width * width), width);
    return {
      inputs,
      mean,
      ...iterate(pool, gram, width, inputs, { dims, n: sample.length, random, signal }),
    };
  } finally {
    pool.release(start);
  }
}

/** `[n, dims rounded up to a multiple of 4] float32`: rows less the mean along the directions; the rest is 0. */
export async function projectRows(
  pool: KernelPool,
  source: RowSource,
  { mean, directions, dims, inputs }: PrincipalComponents,
  signal?: AbortSignal,
): Promise<{ readonly points: Float32Array; readonly dims: number }> {
  const stride = Math.ceil(dims / 4) * 4;
  const points = new Float32Array(source.n * stride);
  const start = pool.mark();
  try {
    const ids = Int32Array.from({ length: dims }, (_, i) => i);
    const { packed, panels } = packRows(pool, directions, inputs, ids);
    const rows = pool.take((CHUNK + 4) * inputs * 4);
    const width = panels * 8;
    const out = pool.take((CHUNK + 4) * width * 4);
    // What the mean gives along each direction is taken off afterwards: one product instead of a pass over the rows.
    const offset = Float64Array.from({ length: dims }, (_, d) => {
      let sum = 0;
      for (let j = 0; j < inputs; j++) sum += mean[j]! * directions[d * inputs + j]!;
      return sum;
    });
    const all = Uint32Array.from({ length: source.n }, (_, i) => i);
    for (let from = 0; from < source.n; from += CHUNK) {
      throwIfCancelled(signal);
      const chunk = all.subarray(from, from + CHUNK);
      const values = await source.read(chunk);
      pool.floats(rows, values.length).set(values);
      pool.run('multiply', Math.ceil(chunk.length / 64), rows, chunk.length, inputs, packed, panels, out, 64);
      const found = pool.floats(out, chunk.length * width);
      for (let i = 0; i < chunk.length; i++) {
        const to = (from + i) * stride;
        for (let d = 0; d < dims; d++) points[to + d] = found[i * width + d]! - offset[d]!;
      }
    }
    return { points, dims: stride };
  } finally {
    pool.release(start);
  }
}

async function findMean(
  source: RowSource,
  sample: Uint32Array,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const { dims } = source;
  const sums = new Float64Array(dims);
  for (let from = 0; from < sample.length; from += CHUNK) {
    throwIfCancelled(signal);
    const values = await source.read(sample.subarray(from, from + CHUNK));
    for (let at = 0; at < values.length; at += dims) {
      for (let j = 0; j < dims; j++) sums[j]! += values[at + j]!;
    }
  }
  return Float32Array.from(sums, (sum) => sum / sample.length);
}

function mirror(gram: Float32Array, width: number): void {
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) gram[i * width + j] = gram[j * width + i]!;
  }
}

/** Subspace iteration with a Rayleigh–Ritz step in each round. */
function iterate(
  pool: KernelPool,
  gram: number,
  width: number,
  inputs: number,
  options: { dims: number; n: number; random: Random; signal: AbortSignal | undefined },
): Pick<PrincipalComponents, 'dims' | 'directions' | 'variances'> {
  const dims = Math.min(options.dims, inputs, Math.max(1, options.n - 1));
  const carried = Math.min(inputs, dims + SPARE);
  const ids = Int32Array.from({ length: carried }, (_, i) => i);
  let basis = new Float64Array(carried * width);
  for (let c = 0; c < carried; c++) {
    for (let j = 0; j < inputs; j++) basis[c * width + j] = options.random.normal();
  }
  orthonormalise(basis, carried, width);
  let values = new Float64Array(carried);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    throwIfCancelled(options.signal);
    const images = multiplyBasis(pool, gram, width, basis, ids);
    // In the present basis the matrix is small: its own directions turn the basis.
    const small = new Float64Array(carried * carried);
    for (let a = 0; a < carried; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = 0;
        for (let j = 0; j < width; j++) sum += basis[a * width + j]! * images[b * width + j]!;
        small[a * carried + b] = sum;
        small[b * carried + a] = sum;
      }
    }
    const { values: found, vectors } = eigenSymmetric(small, carried);
    const moved = Math.max(...found.subarray(0, dims).map((value, i) => Math.abs(value - values[i]!)));
    values = found;
    const isSettled = moved <= SETTLED * Math.abs(found[0]!) && round > 2;
    basis = turn(isSettled ? basis : images, vectors, carried, width);
    if (isSettled) break;
    orthonormalise(basis, carried, width);
  }
  const directions = new Float32Array(dims * inputs);
  for (let d = 0; d < dims; d++) {
    const own = basis.subarray(d * width, d * width + inputs);
    const sign =
      own.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0) < 0 ? -1 : 1;
    for (let j = 0; j < inputs; j++) directions[d * inputs + j] = sign * own[j]!;
  }
  const freedom = Math.max(1, options.n - 1);
  return { dims, directions, variances: values.slice(0, dims).map((value) => Math.max(0, value) / freedom) };
}

/** The matrix times each row of the basis, `[carried, width]`. */
function multiplyBasis(
  pool: KernelPool,
  gram: number,
  width: number,
  basis: Float64Array,
  ids: Int32Array,
): Float64Array {
  const start = pool.mark();
  const { packed, panels } = packRows(pool, Float32Array.from(basis), width, ids);
  const out = pool.take(width * panels * 32);
  pool.run('multiply', Math.ceil(width / 64), gram, width, width, packed, panels, out, 64);
  const found = pool.floats(out, width * panels * 8);
  const images = new Float64Array(ids.length * width);
  for (let j = 0; j < width; j++) {
    for (let c = 0; c < ids.length; c++) images[c * width + j] = found[j * panels * 8 + c]!;
  }
  pool.release(start);
  return images;
}

/** Rows of a basis combined by the columns of `[carried, carried]` vectors. */
function turn(
  basis: Float64Array,
  vectors: Float64Array,
  carried: number,
  width: number,
): Float64Array<ArrayBuffer> {
  const turned = new Float64Array(basis.length);
  for (let c = 0; c < carried; c++) {
    for (let a = 0; a < carried; a++) {
      const share = vectors[a * carried + c]!;
      for (let j = 0; j < width; j++) turned[c * width + j]! += share * basis[a * width + j]!;
    }
  }
  return turned;
}

/** Gram–Schmidt, twice, on rows in place; a row that depends on earlier ones becomes 0. */
function orthonormalise(basis: Float64Array, count: number, width: number): void {
  for (let c = 0; c < count; c++) {
    const own = basis.subarray(c * width, (c + 1) * width);
    const before = lengthOf(own);
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < c; other++) {
        const from = other * width;
        let share = 0;
        for (let j = 0; j < width; j++) share += own[j]! * basis[from + j]!;
        for (let j = 0; j < width; j++) own[j]! -= share * basis[from + j]!;
      }
    }
    const after = lengthOf(own);
    const factor = after > 1e-9 * before && after > 0 ? 1 / after : 0;
    for (let j = 0; j < width; j++) own[j]! *= factor;
  }
}

function lengthOf(row: Float64Array): number {
  let sum = 0;
  for (const value of row) sum += value * value;
  return Math.sqrt(sum);
}
