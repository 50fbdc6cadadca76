import { openLibraryView } from '../library/libraryView.ts';
import { throwIfCancelled } from '../../../shared/errors.ts';
import type { KernelPool } from './kernels/kernelPool.ts';
import { everyRow, packRows } from './kernels/packedRows.ts';
import { readMapFile, writeMapFile } from './mapFile.ts';
import { listImagesOf, withFeatures } from './mappedImages.ts';
import type { Placed, PlaceInput } from './mapProtocol.ts';
import { nearestOf } from './mapQuality.ts';
import { projectRows } from './principalComponents.ts';

const NEAR = 10;
const ROUNDS = 30;

/**
 * Adds the images that a map does not have yet, each among the images nearest to it in feature space; nothing that is on
 * the map moves. The map is written to another file.
 */
export async function placeImages(
  pool: KernelPool,
  { view, featureKey, from, to }: PlaceInput,
  signal: AbortSignal,
): Promise<Placed> {
  const old = await readMapFile(from, ['imageIds', 'positions', 'mean', 'directions', 'points']);
  const n = old.imageIds.length;
  const inputs = old.mean.length;
  const library = openLibraryView(view);
  const images = listImagesOf(library.db, { featureKey, dims: inputs });
  library.close();
  const present = new Set(old.imageIds);
  const missing = [...images.imageIds.keys()].filter((i) => !present.has(images.imageIds[i]!));
  const added = missing.length;
  const { lastRow } = images;
  if (added === 0) return { added, images: n, lastRow };
  const dims = old.points.length / n;
  const rows = Uint32Array.from(missing, (i) => images.rows[i]!);
  const components = {
    inputs,
    dims: old.directions.length / inputs,
    mean: old.mean,
    directions: old.directions,
  };
  const { points } = await withFeatures(view.folder, { featureKey, dims: inputs, rows }, (source) =>
    projectRows(pool, source, { ...components, variances: new Float64Array(0) }, signal),
  );
  throwIfCancelled(signal);
  const all = joinFloats(old.points, points);
  const places = everyRow(n + added).subarray(n);
  const count = Math.min(NEAR, n);
  const near = nearestOf(pool, all, dims, places, count, packRows(pool, all, dims, everyRow(n)));
  const positions = joinFloats(old.positions, new Float32Array(2 * added));
  for (let i = 0; i < added; i++) {
    const own = near.subarray(i * count, (i + 1) * count);
    const weights = weigh(all, dims, n + i, own);
    positions.set(findMiddle(old.positions, own, weights), 2 * (n + i));
  }
  const imageIds = new Uint32Array(n + added);
  imageIds.set(old.imageIds);
  imageIds.set(
    missing.map((i) => images.imageIds[i]!),
    n,
  );
  await writeMapFile(to, { ...old, imageIds, positions, points: all });
  return { added, images: n + added, lastRow };
}

/** How much each neighbour counts: a Gaussian as wide as their mean distance. */
function weigh(points: Float32Array, dims: number, row: number, near: Int32Array): Float64Array {
  const squares = Float64Array.from(near, (other) => {
    let sum = 0;
    for (let j = 0; j < dims; j++) sum += (points[row * dims + j]! - points[other * dims + j]!) ** 2;
    return sum;
  });
  const least = Math.min(...squares);
  const mean = squares.reduce((sum, each) => sum + each - least, 0) / squares.length;
  return squares.map((each) => (mean > 0 ? Math.exp(-(each - least) / (2 * mean)) : 1));
}

/**
 * The point with the least weighted sum of distances to some points of the map (Weiszfeld): it lies among most of them,
 * where a mean would fall between two islands.
 */
function findMiddle(positions: Float32Array, near: Int32Array, weights: Float64Array): [number, number] {
  let [x, y, all] = [0, 0, 0];
  for (const [i, row] of near.entries()) {
    x += weights[i]! * positions[2 * row]!;
    y += weights[i]! * positions[2 * row + 1]!;
    all += weights[i]!;
  }
  [x, y] = [x / all, y / all];
  for (let round = 0; round < ROUNDS; round++) {
    let [sumX, sumY, sum] = [0, 0, 0];
    for (const [i, row] of near.entries()) {
      const [px, py] = [positions[2 * row]!, positions[2 * row + 1]!];
      const share = weights[i]! / Math.max(Math.hypot(px - x, py - y), 1e-6);
      sumX += share * px;
      sumY += share * py;
      sum += share;
    }
    [x, y] = [sumX / sum, sumY / sum];
  }
  return [x, y];
}

function joinFloats(a: Float32Array, b: Float32Array): Float32Array {
  const joined = new Float32Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
