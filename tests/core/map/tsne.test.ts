import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAffinities, type Affinities } from '../../../src/main/core/map/affinities.ts';
import type { KernelPool } from '../../../src/main/core/map/kernels/kernelPool.ts';
import { Layout, startLayout } from '../../../src/main/core/map/layout.ts';
import { measureExactDivergence, measureFaithfulness } from '../../../src/main/core/map/mapQuality.ts';
import { findNearestRows } from '../../../src/main/core/map/nearestRows.ts';
import { findPrincipalComponents, projectRows } from '../../../src/main/core/map/principalComponents.ts';
import { rowsInMemory } from '../../../src/main/core/map/rowSource.ts';
import { createRandom } from '../../../src/main/core/math/random.ts';
import { drawPoints } from '../../support/drawPoints.ts';
import { openKernels } from '../../support/mapKernels.ts';

interface Fixture {
  readonly dims: number;
  readonly perplexity: number;
  readonly points: number[];
  readonly positions: number[];
  readonly variances: number[];
  readonly directions: number[][];
  readonly joint: number[];
  readonly kl: number;
  readonly gradient: number[];
  readonly trustworthiness10: number;
  readonly recall10: number;
}

const known = JSON.parse(
  readFileSync(new URL('../../fixtures/map.json', import.meta.url), 'utf8'),
) as Fixture;
const points = Float32Array.from(known.points);
const positions = Float32Array.from(known.positions);
const n = points.length / known.dims;

let pool: KernelPool;
beforeAll(async () => {
  pool = await openKernels();
});
afterAll(() => pool.close());

/** Joint shares as a full matrix. */
function asMatrix(found: Affinities): Float64Array {
  const matrix = new Float64Array(found.n * found.n);
  const rows = pool.integers(found.rows, found.n + 1);
  const columns = pool.integers(found.columns, found.pairs);
  const shares = pool.floats(found.shares, found.pairs);
  for (let row = 0; row < found.n; row++) {
    for (let e = rows[row]!; e < rows[row + 1]!; e++) matrix[row * found.n + columns[e]!]! += shares[e]!;
  }
  return matrix;
}

function affinitiesOf(values: Float32Array, dims: number, perplexity: number, count: number): Affinities {
  return findAffinities(pool, findNearestRows(pool, values, dims, count, { seed: 1 }), perplexity);
}

describe('beside scikit-learn', () => {
  it('finds the same principal components', async () => {
    const source = rowsInMemory(points, known.dims);
    const found = await findPrincipalComponents(pool, source, 3, 1);
    known.variances.forEach((variance, i) => expect(found.variances[i]! / variance).toBeCloseTo(1, 4));
    for (const [d, direction] of known.directions.entries()) {
      const own = found.directions.subarray(d * known.dims, (d + 1) * known.dims);
      const cosine = direction.reduce((sum, value, j) => sum + value * own[j]!, 0);
      expect(Math.abs(cosine)).toBeGreaterThan(0.9999);
    }
    const { points: projected, dims } = await projectRows(pool, source, found);
    expect(dims).toBe(4);
    const spread =
      Array.from({ length: n }, (_, i) => projected[i * 4]! ** 2).reduce((a, b) => a + b) / (n - 1);
    expect(spread / known.variances[0]!).toBeCloseTo(1, 4);
  });

  it('gives pairs the same shares at the same perplexity', () => {
    const mine = asMatrix(affinitiesOf(points, known.dims, known.perplexity, 60));
    for (const [at, share] of known.joint.entries()) expect(Math.abs(mine[at]! - share)).toBeLessThan(2e-6);
  });

  it('finds the same gradient and divergence', () => {
    const affinities = affinitiesOf(points, known.dims, known.perplexity, 60);
    const layout = new Layout(pool, affinities, { iterations: 1, exaggeration: 1 }, startLayout(positions));
    const gradient = layout.gradient();
    const size = Math.hypot(...known.gradient);
    const error = Math.hypot(...known.gradient.map((value, i) => gradient[i]! - value));
    expect(error / size).toBeLessThan(0.02);
    expect(layout.measureDivergence()).toBeCloseTo(known.kl, 2);
    expect(measureExactDivergence(pool, affinities, positions)).toBeCloseTo(known.kl, 4);
  });

  it('measures the same trustworthiness and recall', () => {
    const found = measureFaithfulness(pool, points, known.dims, positions, 1);
    expect(found.trustworthiness).toBeCloseTo(known.trustworthiness10, 5);
    expect(found.recall10).toBeCloseTo(known.recall10, 6);
    expect(found.measuredOn).toBe(n);
  });
});

describe('the gradient', () => {
  it.each([1, 10, 60])('is that of the plain definition on a map %i wide', (width) => {
    const [rows, dims] = [400, 8];
    const affinities = affinitiesOf(drawPoints(rows, dims, 4, 6), dims, 15, 48);
    const random = createRandom(3);
    const y = Float32Array.from({ length: 2 * rows }, () => (width / 4) * random.normal());
    const layout = new Layout(pool, affinities, { iterations: 1, exaggeration: 1 }, startLayout(y));
    const own = layout.gradient();
    const plain = plainGradient(asMatrix(affinities), y);
    const error = Math.hypot(...plain.map((value, i) => value - own[i]!));
    expect(error / Math.hypot(...plain)).toBeLessThan(0.03);
  });
});

describe('neighbours', () => {
  it('are those of the plain definition', () => {
    const [rows, dims, count] = [501, 12, 20];
    const values = drawPoints(rows, dims, 5, 5);
    const near = findNearestRows(pool, values, dims, count, { seed: 1 });
    const ids = pool.integers(near.ids, rows * count);
    for (let row = 0; row < rows; row += 7) {
      expect([...ids.subarray(row * count, (row + 1) * count)]).toEqual(
        plainNearest(values, dims, row, count),
      );
    }
  });

  it('are nearly all found where not every pair is compared', () => {
    const [rows, dims, count] = [12_000, 20, 32];
    const values = drawPoints(rows, dims, 12, 4);
    const exact = findNearestRows(pool, values, dims, count, { seed: 1 });
    const quick = findNearestRows(pool, values, dims, count, { seed: 1, exactUpTo: 1_000 });
    const [a, b] = [pool.integers(exact.ids, rows * count), pool.integers(quick.ids, rows * count)];
    let found = 0;
    for (let row = 0; row < rows; row++) {
      const own = new Set(a.subarray(row * count, (row + 1) * count));
      const others = b.subarray(row * count, (row + 1) * count);
      expect(new Set(others).size).toBe(count);
      for (const id of others) if (own.has(id)) found += 1;
    }
    expect(found / (rows * count)).toBeGreaterThan(0.97);
  });

  it('are as many as there are when rows are few', () => {
    const near = findNearestRows(pool, drawPoints(5, 4, 1, 1), 4, 8, { seed: 1 });
    expect([...pool.integers(near.ids, 8)].filter((id) => id >= 0).sort()).toEqual([1, 2, 3, 4]);
  });
});

describe('the layout', () => {
  const layOut = async (threads: number, stopAt: number | null): Promise<Float32Array> => {
    const own = await openKernels(threads);
    try {
      const near = findNearestRows(own, drawPoints(600, 8, 3, 20), 8, 48, { seed: 1 });
      const affinities = findAffinities(own, near, 15);
      const random = createRandom(2);
      const start = Float32Array.from({ length: 1200 }, () => 1e-4 * random.normal());
      const schedule = { iterations: 300, exaggeration: 12 };
      let layout = new Layout(own, affinities, schedule, startLayout(start));
      while (!layout.isDone) {
        layout.step();
        if (layout.iteration === stopAt) layout = new Layout(own, affinities, schedule, layout.state());
      }
      return layout.positions();
    } finally {
      await own.close();
    }
  };

  it('is the same again, with one thread or three, and when it was ended and went on', async () => {
    const first = await layOut(1, null);
    expect(await layOut(3, null)).toEqual(first);
    expect(await layOut(2, 137)).toEqual(first);
  });

  it('stays within bounds when points are thrown far apart', () => {
    const affinities = affinitiesOf(drawPoints(200, 8, 2, 10), 8, 15, 48);
    const random = createRandom(2);
    const start = Float32Array.from({ length: 400 }, () => 20_000 * random.normal());
    const layout = new Layout(pool, affinities, { iterations: 6, exaggeration: 12 }, startLayout(start));
    while (!layout.isDone) layout.step();
    expect(layout.state().grid!.half).toBeLessThanOrEqual(1_024);
    expect(layout.state().grid!.step).toBeGreaterThan(10);
    // No point moves farther than 5 a step, beside what centres the map.
    const moved = layout.positions().map((value, i) => value - start[i]!);
    for (let i = 2; i < 400; i++) expect(Math.abs(moved[i]! - moved[i % 2]!)).toBeLessThan(61);
  });

  it('puts what is alike together and what is not apart', async () => {
    const y = await layOut(2, null);
    let own = 0;
    for (let row = 0; row < 600; row++) if (plainNearest(y, 2, row, 1)[0]! % 3 === row % 3) own += 1;
    expect(own / 600).toBeGreaterThan(0.98);
  });

  it('lowers the divergence', () => {
    const affinities = affinitiesOf(drawPoints(500, 8, 3, 10), 8, 15, 48);
    const random = createRandom(2);
    const start = Float32Array.from({ length: 1000 }, () => 1e-4 * random.normal());
    const layout = new Layout(pool, affinities, { iterations: 250, exaggeration: 12 }, startLayout(start));
    const before = layout.measureDivergence();
    while (!layout.isDone) layout.step();
    expect(layout.measureDivergence()).toBeLessThan(0.5 * before);
    expect(layout.measureDivergence()).toBeCloseTo(
      measureExactDivergence(pool, affinities, layout.positions()),
      2,
    );
  });
});

function plainGradient(p: Float64Array, y: Float32Array): number[] {
  const rows = y.length / 2;
  const gradient = new Array<number>(2 * rows).fill(0);
  let z = 0;
  const each = (work: (i: number, j: number, q: number) => void): void => {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < rows; j++) {
        if (i !== j)
          work(i, j, 1 / (1 + (y[2 * i]! - y[2 * j]!) ** 2 + (y[2 * i + 1]! - y[2 * j + 1]!) ** 2));
      }
    }
  };
  each((_i, _j, q) => (z += q));
  each((i, j, q) => {
    const force = (p[i * rows + j]! - q / z) * q;
    gradient[2 * i]! += force * (y[2 * i]! - y[2 * j]!);
    gradient[2 * i + 1]! += force * (y[2 * i + 1]! - y[2 * j + 1]!);
  });
  return gradient;
}

function plainNearest(values: Float32Array, dims: number, row: number, count: number): number[] {
  const distance = (other: number): number => {
    let sum = 0;
    for (let j = 0; j < dims; j++) sum += (values[row * dims + j]! - values[other * dims + j]!) ** 2;
    return sum;
  };
  return Array.from({ length: values.length / dims }, (_, other) => other)
    .filter((other) => other !== row)
    .map((other) => ({ other, far: distance(other) }))
    .sort((a, b) => a.far - b.far)
    .slice(0, count)
    .map(({ other }) => other);
}
