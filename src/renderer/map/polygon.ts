import type { Bounds } from './camera.ts';

/** A closed outline `[n, 2]`: x, y, x, y …, without the first point repeated. */
export type Polygon = readonly number[];

/** More corners than this show nothing more of a lasso and cost time for every point tested. */
const MOST_CORNERS = 96;

/** The rectangle around an outline. */
export function polygonBounds(polygon: Polygon): Bounds {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (let index = 0; index < polygon.length; index += 2) {
    left = Math.min(left, polygon[index]!);
    right = Math.max(right, polygon[index]!);
    top = Math.min(top, polygon[index + 1]!);
    bottom = Math.max(bottom, polygon[index + 1]!);
  }
  return { left, top, right, bottom };
}

/** Whether a point lies inside, by the even–odd rule (ray casting; Shimrat, CACM algorithm 112, 1962). */
export function isInPolygon(polygon: Polygon, x: number, y: number): boolean {
  let isInside = false;
  for (let i = 0, j = polygon.length - 2; i < polygon.length; j = i, i += 2) {
    const yi = polygon[i + 1]!;
    const yj = polygon[j + 1]!;
    if (yi > y === yj > y) continue;
    const xi = polygon[i]!;
    if (x < ((polygon[j]! - xi) * (y - yi)) / (yj - yi) + xi) isInside = !isInside;
  }
  return isInside;
}

/** Leaves out corners at an even pace until few enough are left. */
export function thinPolygon(polygon: Polygon): number[] {
  const corners = polygon.length / 2;
  if (corners <= MOST_CORNERS) return [...polygon];
  return Array.from({ length: MOST_CORNERS }, (_, index) =>
    Math.floor((index * corners) / MOST_CORNERS),
  ).flatMap((corner) => [polygon[corner * 2]!, polygon[corner * 2 + 1]!]);
}
