import { DEFAULT_MAP } from '../../src/shared/map.ts';
import { countNeighbours, findAffinities } from '../../src/main/core/map/affinities.ts';
import { KernelPool } from '../../src/main/core/map/kernels/kernelPool.ts';
import { makeMap, type FinishedMap } from '../../src/main/core/map/makeMap.ts';
import { measureExactDivergence } from '../../src/main/core/map/mapQuality.ts';
import { findNearestRows } from '../../src/main/core/map/nearestRows.ts';
import { rowsInMemory } from '../../src/main/core/map/rowSource.ts';
import { createRandom } from '../../src/main/core/math/random.ts';
import { medianOf, round, say, type Benchmark } from './benchmark.ts';
import { findSetFeatures } from './cachedFeatures.ts';
import { measureMapMemory } from './mapMemory.ts';
import { fitOther } from './otherTsne.ts';
import { makeWorkFolder } from './tiles.ts';

const DIMS = 50;
const TARGETS: Readonly<Record<string, string>> = {
  speedupOverOpenTsne20k: '>= 3',
  speedupOverOpenTsne100k: '>= 3',
  klDifference20k: '<= 0',
  klDifference100k: '<= 0',
  speedupOverOpenTsne27k: '>= 1',
  speedupOverSklearn27k: '>= 1',
  memoryMiB100k: '<= 1536',
};

/**
 * Maps of 20,000 and 100,000 drawn points beside openTSNE (FFT, two threads) in the same run, with the divergence of both
 * reckoned the same way: shares of exact neighbours, the normaliser summed over every pair. Then EuroSAT's features, 1,280
 * numbers each, beside openTSNE and scikit-learn; and the memory of a map of 100,000 images in a library.
 * `--images N` draws N points only.
 */
export const benchMap: Benchmark = async ({ images }) => {
  const { folder, cleanUp } = await makeWorkFolder();
  const pool = await KernelPool.open();
  try {
    const figures: Record<string, number> = {};
    for (const n of images === null ? [20_000, 100_000] : [images]) {
      Object.assign(figures, await benchDrawn(pool, folder, n));
    }
    if (images === null) {
      Object.assign(figures, await benchFeatures(pool, folder));
      Object.assign(figures, await measureMapMemory(folder, 100_000));
    }
    const targets = Object.fromEntries(Object.entries(TARGETS).filter(([name]) => name in figures));
    return { figures, targets: images === null ? TARGETS : targets };
  } finally {
    await pool.close();
    await cleanUp();
  }
};

async function benchDrawn(pool: KernelPool, folder: string, n: number): Promise<Record<string, number>> {
  const points = drawMixture(n);
  const size = `${Math.round(n / 1000)}k`;
  const seconds: number[] = [];
  const before = await layOut(pool, points, DIMS);
  seconds.push(before.total);
  const other = await fitOther('openTSNE', folder, points, DIMS);
  // Before and after, since other programs come and go.
  const after = await layOut(pool, points, DIMS);
  seconds.push(after.total);
  const { figures } = after.map;
  const own = {
    [`seconds${size}`]: round(medianOf(seconds), 1),
    [`recall10At${size}`]: round(figures.recall10),
  };
  if (other === null) return own;
  const [ourKl, theirKl] = await compareDivergence(pool, points, [after.map.positions, other.positions]);
  say(`${n} points: divergence ${ourKl!.toFixed(4)}, openTSNE ${theirKl!.toFixed(4)}`);
  return {
    [`speedupOverOpenTsne${size}`]: round(other.seconds / medianOf(seconds), 2),
    [`klDifference${size}`]: round(ourKl! - theirKl!, 4),
    [`kl${size}`]: round(ourKl!, 4),
    ...own,
    [`openTsneSeconds${size}`]: round(other.seconds, 1),
  };
}

/** From 1,280 features, principal components included. */
async function benchFeatures(pool: KernelPool, folder: string): Promise<Record<string, number>> {
  const set = await findSetFeatures('eurosat', 'mobilenet_v2');
  if (set === null) return {};
  const { map, total } = await layOut(pool, set.features, set.inputs);
  const { trustworthiness, recall10, seconds } = map.figures;
  say(`EuroSAT: ${JSON.stringify({ seconds, trustworthiness, recall10 })}`);
  const openTsne = await fitOther('openTSNE', folder, set.features, set.inputs);
  const sklearn = await fitOther('scikit-learn', folder, set.features, set.inputs);
  return {
    seconds27k: round(total, 1),
    ...(openTsne === null ? {} : { speedupOverOpenTsne27k: round(openTsne.seconds / total, 2) }),
    ...(sklearn === null ? {} : { speedupOverSklearn27k: round(sklearn.seconds / total, 2) }),
  };
}

/** A map and the seconds of its three steps; measuring it is nobody else's work and does not count. */
async function layOut(
  pool: KernelPool,
  points: Float32Array,
  dims: number,
): Promise<{ readonly map: FinishedMap; readonly total: number }> {
  const map = await makeMap(pool, rowsInMemory(points, dims), DEFAULT_MAP, {
    signal: new AbortController().signal,
    phase: () => undefined,
    show: () => undefined,
    resumed: null,
    keep: () => Promise.resolve(),
  });
  const { pca, neighbours, layout } = map.figures.seconds;
  const total = pca + neighbours + layout;
  say(`${points.length / dims} points: ${JSON.stringify(map.figures.seconds)}, ${total.toFixed(1)} s`);
  return { map, total };
}

async function compareDivergence(
  pool: KernelPool,
  points: Float32Array,
  maps: readonly Float32Array[],
): Promise<number[]> {
  const n = points.length / DIMS;
  const stride = Math.ceil(DIMS / 4) * 4;
  const padded = new Float32Array(n * stride);
  for (let i = 0; i < n; i++) padded.set(points.subarray(i * DIMS, (i + 1) * DIMS), i * stride);
  const start = pool.mark();
  const count = countNeighbours(DEFAULT_MAP.perplexity, n);
  const near = findNearestRows(pool, padded, stride, count, { seed: 1, exactUpTo: Infinity });
  const affinities = findAffinities(pool, near, DEFAULT_MAP.perplexity);
  const found = maps.map((positions) => measureExactDivergence(pool, affinities, positions));
  pool.release(start);
  return found;
}

/** `[n, 50] float32`: twenty clouds in twelve dimensions, turned into fifty, with a little noise in each. */
function drawMixture(n: number): Float32Array {
  const [clouds, inner] = [20, 12];
  const random = createRandom(1);
  const centres = Float32Array.from({ length: clouds * inner }, () => 3 * random.normal());
  const mix = Float32Array.from({ length: inner * DIMS }, () => random.normal() / Math.sqrt(inner));
  const points = new Float32Array(n * DIMS);
  for (let i = 0; i < n; i++) {
    const cloud = random.int(clouds);
    for (let j = 0; j < inner; j++) {
      const value = centres[cloud * inner + j]! + random.normal();
      for (let d = 0; d < DIMS; d++) points[i * DIMS + d]! += value * mix[j * DIMS + d]!;
    }
    for (let d = 0; d < DIMS; d++) points[i * DIMS + d]! += 0.3 * (random.next() - 0.5);
  }
  return points;
}
