import type { SaliencyMethod } from '../../../shared/saliency.ts';
import type { SaliencyMap } from './explainer.ts';

/** Ten even steps of viridis (van der Walt & Smith 2015): told apart by people with any colour vision, and when grey. */
const VIRIDIS: readonly (readonly [number, number, number])[] = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 74, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [109, 205, 89],
  [180, 222, 44],
  [253, 231, 37],
];
/** Below this share of the highest value nothing is painted. */
const FLOOR = 0.08;

/**
 * A map as shares of its highest value, 0–1. Of a class map only what speaks for the class is kept; of a gradient the
 * size, smoothed over a few pixels, with the highest hundredth clipped so that single pixels do not dim the rest.
 */
export function scaleMap({ values, height, width }: SaliencyMap, method: SaliencyMethod): Float32Array {
  const kept =
    method === 'class-map'
      ? values.map((value) => Math.max(0, value))
      : blur(values.map(Math.abs), height, width, width / 64);
  const sorted = Float32Array.from(kept).sort();
  const top = method === 'class-map' ? sorted.at(-1)! : sorted[Math.floor(0.99 * (sorted.length - 1))]!;
  return kept.map((value) => (top > 0 ? Math.min(1, value / top) : 0));
}

/** Paints `[height, width]` shares as RGBA `[outHeight, outWidth, 4]` to lay over the picture; 0 is clear. */
export function paintMap(
  shares: Float32Array,
  { height, width }: { readonly height: number; readonly width: number },
  outHeight: number,
  outWidth: number,
): Uint8Array {
  const rgba = new Uint8Array(outHeight * outWidth * 4);
  const columns = Array.from({ length: outWidth }, (_, x) => place(x, outWidth, width));
  const line = new Float64Array(width);
  for (let y = 0; y < outHeight; y += 1) {
    const row = place(y, outHeight, height);
    line.fill(0);
    for (const [k, cell] of row.cells.entries()) {
      for (let x = 0; x < width; x += 1) line[x]! += row.weights[k]! * shares[cell * width + x]!;
    }
    for (const [x, { cells, weights }] of columns.entries()) {
      let share = 0;
      for (const [k, cell] of cells.entries()) share += weights[k]! * line[cell]!;
      if (share < FLOOR) continue;
      const at = (y * outWidth + x) * 4;
      rgba.set(colorOf(share), at);
      rgba[at + 3] = Math.round(255 * Math.min(1, (share - FLOOR) / (0.5 - FLOOR)));
    }
  }
  return rgba;
}

export function colorOf(share: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, share)) * (VIRIDIS.length - 1);
  const low = Math.min(VIRIDIS.length - 2, Math.floor(at));
  const [from, to] = [VIRIDIS[low]!, VIRIDIS[low + 1]!];
  const between = (i: 0 | 1 | 2): number => Math.round(from[i] + (to[i] - from[i]) * (at - low));
  return [between(0), between(1), between(2)];
}

/**
 * The cells around an output pixel's middle and their weights, by cubic B-splines with the border cell repeated: a
 * coarse map shows no edges of its cells, which would look like edges in the picture.
 */
function place(out: number, outSize: number, size: number) {
  const at = ((out + 0.5) * size) / outSize - 0.5;
  const base = Math.floor(at);
  const t = at - base;
  const cells = [-1, 0, 1, 2].map((step) => Math.min(size - 1, Math.max(0, base + step)));
  const weights = [
    (1 - t) ** 3 / 6,
    (3 * t ** 3 - 6 * t ** 2 + 4) / 6,
    (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6,
    t ** 3 / 6,
  ];
  return { cells, weights };
}

/** Gaussian, rows then columns, with the border cell repeated. */
function blur(values: Float32Array, height: number, width: number, sigma: number): Float32Array {
  const reach = Math.ceil(3 * sigma);
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const along = (from: Float32Array, step: number, size: number, other: number, otherStep: number) => {
    const out = new Float32Array(from.length);
    for (let line = 0; line < other; line += 1) {
      for (let at = 0; at < size; at += 1) {
        let total = 0;
        for (let k = -reach; k <= reach; k += 1) {
          const near = Math.min(size - 1, Math.max(0, at + k));
          total += weights[k + reach]! * from[line * otherStep + near * step]!;
        }
        out[line * otherStep + at * step] = total / sum;
      }
    }
    return out;
  };
  return along(along(values, 1, width, height, width), width, height, width, 1);
}
