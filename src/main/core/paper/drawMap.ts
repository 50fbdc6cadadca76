import type { PaperMap } from '../../../shared/paper.ts';
import { DEFAULT_MAP } from '../../../shared/map.ts';
import { KernelPool } from '../map/kernels/kernelPool.ts';
import { makeMap } from '../map/makeMap.ts';
import { rowsInMemory } from '../map/rowSource.ts';
import { createRandom } from '../math/random.ts';

/** More points than these lie over one another on a printed page. */
const MOST_POINTS = 2_000;
const PERPLEXITY = 30;

/** t-SNE of a seeded share of some features `[n, dims]`, by the studio's own map. Throws `cancelled`. */
export async function drawMap(
  network: string,
  { features, dims, labels }: { features: Float32Array; dims: number; labels: Int32Array },
  signal: AbortSignal,
): Promise<PaperMap> {
  const chosen = createRandom(1).shuffle(Uint32Array.from(labels.keys())).slice(0, MOST_POINTS).sort();
  const rows = new Float32Array(chosen.length * dims);
  chosen.forEach((row, i) => rows.set(features.subarray(row * dims, (row + 1) * dims), i * dims));
  const perplexity = Math.min(PERPLEXITY, Math.floor(chosen.length / 4));
  const pool = await KernelPool.open();
  try {
    const { positions } = await makeMap(
      pool,
      rowsInMemory(rows, dims),
      { ...DEFAULT_MAP, perplexity },
      {
        ...{ signal, phase: () => undefined, show: () => undefined, resumed: null },
        keep: () => Promise.resolve(),
      },
    );
    return {
      network,
      points: Array.from(chosen, (_, i) => [round(positions[2 * i]!), round(positions[2 * i + 1]!)] as const),
      classes: Array.from(chosen, (row) => labels[row]!),
    };
  } finally {
    await pool.close();
  }
}

/** A hundredth of a unit is less than a dot. */
const round = (value: number): number => Math.round(value * 100) / 100;
