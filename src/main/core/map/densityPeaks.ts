import type { Bounds } from './fieldGrid.ts';

/** Dense parts of a map. */
export interface DenseParts {
  /** `[n]`: the part of each point, the largest part 0; −1 between parts. */
  readonly of: Int32Array;
  readonly count: number;
}

/** Widths of the smoothing, as shares of the map's extent, at granularities 0 and 1. */
const COARSEST = 0.04;
const FINEST = 0.006;
/** Points smooth over about this many of their own mean distances at least. */
const SPACINGS = 0.9;
/** A peak stands for itself when it is this much higher than the saddle to a higher one, at granularities 0 and 1. */
const PROMINENCE_COARSE = 1.6;
const PROMINENCE_FINE = 1.15;
/** Below this share of its peak a point is between parts. */
const EDGE = 0.08;
const CELLS_PER_WIDTH = 3;
const MOST_CELLS = 768;

/**
 * Parts of a map, `[n, 2] float32`, in which points are dense: the basins of the smoothed density, where peaks that hardly
 * rise over the saddle to a higher one belong to that (Chazal et al. 2013, persistence-based clustering).
 * @param granularity 0 for few large parts … 1 for many small ones
 */
export function findDenseParts(positions: Float32Array, granularity: number): DenseParts {
  const n = positions.length / 2;
  const bounds = measure(positions);
  const extent = Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top);
  if (!(extent > 0)) return { of: new Int32Array(n), count: n > 0 ? 1 : 0 };
  const share = COARSEST * (FINEST / COARSEST) ** granularity;
  const width = extent * Math.max(share, SPACINGS / Math.sqrt(n));
  const cell = Math.max(width / CELLS_PER_WIDTH, extent / MOST_CELLS);
  const size = Math.ceil(extent / cell) + 3;
  const cells = Int32Array.from({ length: n }, (_, i) => {
    const x = Math.floor((positions[2 * i]! - bounds.left) / cell) + 1;
    const y = Math.floor((positions[2 * i + 1]! - bounds.top) / cell) + 1;
    return y * size + x;
  });
  const density = smooth(count(cells, size * size), size, width / cell);
  const prominence = PROMINENCE_COARSE * (PROMINENCE_FINE / PROMINENCE_COARSE) ** granularity;
  const peakOf = climb(density, size, prominence);
  const smallest = Math.max(4, Math.round(n * 0.004 * (1 - granularity)));
  return gather(cells, density, peakOf, smallest);
}

function measure(positions: Float32Array): Bounds {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < positions.length; i += 2) {
    left = Math.min(left, positions[i]!);
    right = Math.max(right, positions[i]!);
    top = Math.min(top, positions[i + 1]!);
    bottom = Math.max(bottom, positions[i + 1]!);
  }
  return { left, right, top, bottom };
}

function count(cells: Int32Array, length: number): Float64Array {
  const counts = new Float64Array(length);
  for (const cell of cells) counts[cell]! += 1;
  return counts;
}

/** A Gaussian blur, rows then columns; `sigma` in cells. */
function smooth(counts: Float64Array, size: number, sigma: number): Float64Array {
  const reach = Math.ceil(3 * sigma);
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  );
  const blur = (from: Float64Array, step: number, across: number): Float64Array => {
    const to = new Float64Array(from.length);
    for (let line = 0; line < size; line++) {
      for (let i = 0; i < size; i++) {
        const value = from[line * across + i * step]!;
        if (value === 0) continue;
        const first = Math.max(0, i - reach);
        const last = Math.min(size - 1, i + reach);
        for (let j = first; j <= last; j++) to[line * across + j * step]! += value * weights[j - i + reach]!;
      }
    }
    return to;
  };
  return blur(blur(counts, 1, size), size, 1);
}

/** The peak, as a cell, that each cell belongs to; −1 where there is no density. */
function climb(density: Float64Array, size: number, prominence: number): Int32Array {
  const order = Uint32Array.from(Array.from(density.keys()).filter((cell) => density[cell]! > 0)).sort(
    (a, b) => density[b]! - density[a]! || a - b,
  );
  const parent = new Int32Array(density.length).fill(-1);
  const root = (cell: number): number => {
    let top = cell;
    while (parent[top]! !== top) top = parent[top]!;
    for (let at = cell; at !== top;) {
      const next = parent[at]!;
      parent[at] = top;
      at = next;
    }
    return top;
  };
  for (const cell of order) {
    const [x, y] = [cell % size, Math.floor(cell / size)];
    let own = -1;
    const others: number[] = [];
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        if (x + dx < 0 || x + dx >= size || y + dy < 0 || y + dy >= size) continue;
        const near = cell + dy * size + dx;
        if (near === cell || parent[near] === -1) continue;
        const peak = root(near);
        others.push(peak);
        if (own === -1 || density[peak]! > density[own]!) own = peak;
      }
    }
    parent[cell] = own === -1 ? cell : own;
    // Here the other basins meet the highest: those whose peaks hardly rise over this saddle join it.
    for (const peak of others) {
      if (root(peak) !== own && density[peak]! < prominence * density[cell]!) parent[peak] = own;
    }
  }
  return parent.map((above, cell) => (above === -1 ? -1 : root(cell)));
}

function gather(cells: Int32Array, density: Float64Array, peakOf: Int32Array, smallest: number): DenseParts {
  const peaks = cells.map((cell) => {
    const peak = peakOf[cell]!;
    return peak >= 0 && density[cell]! >= EDGE * density[peak]! ? peak : -1;
  });
  const sizes = new Map<number, number>();
  for (const peak of peaks) if (peak >= 0) sizes.set(peak, (sizes.get(peak) ?? 0) + 1);
  const numbered = new Map(
    [...sizes]
      .filter(([, images]) => images >= smallest)
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .map(([peak], number) => [peak, number]),
  );
  return { of: peaks.map((peak) => numbered.get(peak) ?? -1), count: numbered.size };
}
