import { createRandom } from '../math/random.ts';

/** Distances between so many rows take a third of a second. */
const MOST_ROWS = 2_000;
const SEED = 1;

/**
 * The mean silhouette of each cluster (Rousseeuw 1987): how much nearer its rows are to each other than to the nearest
 * other cluster, −1 … 1; 0 for a cluster of one row, and where there is one cluster only. `points` are `[n, dims] float32`,
 * `of` the cluster of each row, −1 for none. Above 2,000 rows, on a sample in which every cluster has its share.
 */
export function measureSilhouettes(
  points: Float32Array,
  dims: number,
  of: Int32Array,
  clusters: number,
): Float64Array {
  const rows = sampleRows(of, clusters);
  const sizes = new Float64Array(clusters);
  for (const row of rows) sizes[of[row]!]! += 1;
  const sums = new Float64Array(rows.length * clusters);
  for (let a = 0; a < rows.length; a++) {
    for (let b = 0; b < a; b++) {
      let square = 0;
      for (let j = 0, i = rows[a]! * dims, k = rows[b]! * dims; j < dims; j++, i++, k++) {
        const difference = points[i]! - points[k]!;
        square += difference * difference;
      }
      const distance = Math.sqrt(square);
      sums[a * clusters + of[rows[b]!]!]! += distance;
      sums[b * clusters + of[rows[a]!]!]! += distance;
    }
  }
  const totals = new Float64Array(clusters);
  for (let a = 0; a < rows.length; a++) {
    const own = of[rows[a]!]!;
    totals[own]! += silhouetteOf(sums.subarray(a * clusters, (a + 1) * clusters), sizes, own);
  }
  return totals.map((total, cluster) => (sizes[cluster]! > 0 ? total / sizes[cluster]! : 0));
}

function silhouetteOf(sums: Float64Array, sizes: Float64Array, own: number): number {
  if (sizes[own]! < 2) return 0;
  const inside = sums[own]! / (sizes[own]! - 1);
  let outside = Infinity;
  for (const [cluster, size] of sizes.entries()) {
    if (cluster !== own && size > 0) outside = Math.min(outside, sums[cluster]! / size);
  }
  const larger = Math.max(inside, outside);
  return outside === Infinity || larger === 0 ? 0 : (outside - inside) / larger;
}

/** Rows that are in a cluster; of many, as many of each as its size asks for, and two at least. */
function sampleRows(of: Int32Array, clusters: number): number[] {
  const members = Array.from({ length: clusters }, (): number[] => []);
  for (const [row, cluster] of of.entries()) if (cluster >= 0) members[cluster]!.push(row);
  const all = members.reduce((sum, rows) => sum + rows.length, 0);
  if (all <= MOST_ROWS) return members.flat();
  const random = createRandom(SEED);
  return members.flatMap((rows) => {
    const wanted = Math.max(2, Math.round((MOST_ROWS * rows.length) / all));
    return random.shuffle(rows).slice(0, wanted);
  });
}
