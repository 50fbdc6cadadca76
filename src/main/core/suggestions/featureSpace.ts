import { createRandom } from '../math/random.ts';
import { multiply, transpose } from '../training/engineProducts.ts';
import type { Tf } from '../training/engines.ts';
import { fitStandardiser, type Standardiser } from '../training/standardise.ts';

/** Images as points: standardised features turned to their main directions, the widest first. */
export interface FeatureSpace {
  /** `[n, dims] float32`, row-major. */
  readonly points: Float32Array;
  readonly n: number;
  readonly dims: number;
}

/** Directions kept: a linear head on 256 of 1,280 is as good as on all, and everything else is five times faster. */
const DIRECTIONS = 256;
/** Rows that directions are found from; more change nothing that can be measured. */
const SAMPLE = 8_000;
/** Rounds of orthogonal iteration; only the span of all directions has to be right, not each of them. */
const ROUNDS = 8;
/** Rows turned at once, so that memory stays flat in large libraries. */
const CHUNK = 4_096;

/**
 * Standardises `[n, inputs] float32` and projects it on its main directions (orthogonal iteration on the covariance of
 * at most 8,000 rows). An L2-regularised linear head sees the same problem as on standardised features, but for the
 * directions in which images hardly differ. Features that are all alike give points that are all 0.
 */
export function buildFeatureSpace(
  tf: Tf,
  features: Float32Array,
  inputs: number,
  seed: number,
): FeatureSpace {
  const n = features.length / inputs;
  const random = createRandom(seed);
  const rows = Uint32Array.from({ length: n }, (_, row) => row);
  const sample = n <= SAMPLE ? rows : random.shuffle(rows.slice()).slice(0, SAMPLE).sort();
  const standardiser = fitStandardiser(features, inputs, sample);
  const dims = Math.min(DIRECTIONS, inputs, Math.max(1, n - 1));
  const standard = standardiseRows(features, inputs, sample, standardiser);
  const basis = findDirections(tf, standard, sample.length, inputs, dims, random);
  const points = new Float32Array(n * dims);
  for (let from = 0; from < n; from += CHUNK) {
    const part = rows.subarray(from, Math.min(from + CHUNK, n));
    const values = standardiseRows(features, inputs, part, standardiser);
    points.set(
      multiply(
        tf,
        { values, rows: part.length, columns: inputs },
        { values: basis, rows: inputs, columns: dims },
      ),
      from * dims,
    );
  }
  return { points, n, dims };
}

/** The standardised features of `rows`, `[rows.length, inputs]`. */
function standardiseRows(
  features: Float32Array,
  inputs: number,
  rows: Uint32Array,
  { mean, inverse }: Standardiser,
): Float32Array {
  const out = new Float32Array(rows.length * inputs);
  let to = 0;
  for (const row of rows) {
    for (let j = 0, i = row * inputs; j < inputs; j++, i++, to++)
      out[to] = (features[i]! - mean[j]!) * inverse[j]!;
  }
  return out;
}

/** Orthonormal `[inputs, dims]` that spans the widest directions of `[n, inputs]`. */
function findDirections(
  tf: Tf,
  values: Float32Array,
  n: number,
  inputs: number,
  dims: number,
  random: { normal(): number },
): Float32Array {
  const matrix = { values, rows: n, columns: inputs };
  const gram = multiply(tf, transpose(matrix), matrix);
  let basis = Float32Array.from({ length: inputs * dims }, () => random.normal());
  orthonormalise(basis, inputs, dims);
  for (let round = 0; round < ROUNDS; round++) {
    basis = multiply(
      tf,
      { values: gram, rows: inputs, columns: inputs },
      { values: basis, rows: inputs, columns: dims },
    ) as Float32Array<ArrayBuffer>;
    orthonormalise(basis, inputs, dims);
  }
  return basis;
}

/** Gram–Schmidt on the columns of `[rows, columns]` in place; a column that depends on earlier ones becomes 0. */
function orthonormalise(matrix: Float32Array, rows: number, columns: number): void {
  const turned = transpose({ values: matrix, rows, columns }).values;
  for (let c = 0; c < columns; c++) {
    const own = turned.subarray(c * rows, (c + 1) * rows);
    const before = Math.sqrt(product(own, own));
    for (let other = 0; other < c; other++) {
      const base = turned.subarray(other * rows, (other + 1) * rows);
      const share = product(own, base);
      for (let i = 0; i < rows; i++) own[i]! -= share * base[i]!;
    }
    const length = Math.sqrt(product(own, own));
    const factor = length > 1e-5 * before && length > 0 ? 1 / length : 0;
    for (let i = 0; i < rows; i++) own[i]! *= factor;
  }
  matrix.set(transpose({ values: turned, rows: columns, columns: rows }).values);
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The named rows of a space, `[rows.length, dims]`. */
export function takeRows({ points, dims }: FeatureSpace, rows: ArrayLike<number>): Float32Array {
  const taken = new Float32Array(rows.length * dims);
  for (let i = 0; i < rows.length; i++) {
    taken.set(points.subarray(rows[i]! * dims, (rows[i]! + 1) * dims), i * dims);
  }
  return taken;
}
