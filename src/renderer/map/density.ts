import { contourDensity } from 'd3-contour';
import type { Bounds } from './camera.ts';

/** The density is estimated on a square of this many cells' width. */
const SIDE = 512;
const LEVELS = 6;

/**
 * Lines of equal density (kernel estimate, Wand & Jones 1994, drawn by marching squares) in map units: x, y, x, y …
 * Meant for maps so large that single points hide where most of them are.
 */
export function traceDensity(xy: Float32Array, bounds: Bounds): number[][] {
  const scale = SIDE / Math.max(1e-9, bounds.right - bounds.left, bounds.bottom - bounds.top);
  const points = Uint32Array.from({ length: xy.length / 2 }, (_, index) => index);
  const levels = contourDensity<number>()
    .x((point) => (xy[point * 2]! - bounds.left) * scale)
    .y((point) => (xy[point * 2 + 1]! - bounds.top) * scale)
    .size([SIDE, SIDE])
    .cellSize(4)
    .bandwidth(9)
    .thresholds(LEVELS)(points as Iterable<number> as number[]);
  return levels.flatMap(({ coordinates }) =>
    coordinates.flatMap((polygon) =>
      polygon.map((ring) =>
        ring.flatMap(([x = 0, y = 0]) => [x / scale + bounds.left, y / scale + bounds.top]),
      ),
    ),
  );
}
