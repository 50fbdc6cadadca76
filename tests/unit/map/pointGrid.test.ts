import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitBounds, toMap, toPixel, visibleBounds, zoomAt } from '../../../src/renderer/map/camera.ts';
import { PointGrid } from '../../../src/renderer/map/pointGrid.ts';
import { isInPolygon, thinPolygon } from '../../../src/renderer/map/polygon.ts';

// Hundredths: numbers so small that a product of two is nothing stand on no map.
const coordinate = fc.integer({ min: -5000, max: 5000 }).map((hundredths) => Math.fround(hundredths / 100));
const anyPoints = fc
  .array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 400 })
  .map((pairs) => Float32Array.from(pairs.flat()));
const size = { width: 900, height: 600 };

describe('points sorted into cells', () => {
  it('give the nearest point that a walk over all of them gives', () => {
    fc.assert(
      fc.property(
        anyPoints,
        coordinate,
        coordinate,
        fc.double({ min: 0.01, max: 60, noNaN: true }),
        (xy, x, y, radius) => {
          const distances = Array.from({ length: xy.length / 2 }, (_, point) =>
            Math.hypot(xy[point * 2]! - x, xy[point * 2 + 1]! - y),
          );
          const least = Math.min(...distances);
          const found = new PointGrid(xy).nearest(x, y, radius);
          if (least > radius * (1 + 1e-9)) expect(found).toBe(-1);
          else if (least < radius * (1 - 1e-9)) expect(distances[found]).toBeCloseTo(least, 5);
        },
      ),
    );
  });

  it('give every point of a rectangle and of a lasso, and no other', () => {
    fc.assert(
      fc.property(
        anyPoints,
        fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 12 }),
        (xy, corners) => {
          const grid = new PointGrid(xy);
          const polygon = corners.flat();
          const expected = Array.from({ length: xy.length / 2 }, (_, point) => point).filter((point) =>
            isInPolygon(polygon, xy[point * 2]!, xy[point * 2 + 1]!),
          );
          expect(grid.inPolygon(polygon).sort((a, b) => a - b)).toEqual(expected);
          const box = { left: -10, top: -20, right: 15, bottom: 5 };
          const inBox = Array.from({ length: xy.length / 2 }, (_, point) => point).filter(
            (point) =>
              xy[point * 2]! >= -10 &&
              xy[point * 2]! <= 15 &&
              xy[point * 2 + 1]! >= -20 &&
              xy[point * 2 + 1]! <= 5,
          );
          expect(grid.inBounds(box).sort((a, b) => a - b)).toEqual(inBox);
        },
      ),
    );
  });

  it('pass over points that have no place', () => {
    const grid = new PointGrid(Float32Array.from([NaN, NaN, 1, 1]));
    expect(grid.nearest(1, 1, 0.5)).toBe(1);
    expect(grid.inPolygon([-5, -5, 5, -5, 5, 5, -5, 5])).toEqual([1]);
  });
});

describe('the camera', () => {
  const anyCamera = fc.record({
    x: coordinate,
    y: coordinate,
    scale: fc.double({ min: 0.1, max: 500, noNaN: true }),
  });

  it('goes from pixels to the map and back', () => {
    fc.assert(
      fc.property(
        anyCamera,
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: 0, max: 600 }),
        (camera, x, y) => {
          const back = toPixel(camera, toMap(camera, { x, y }, size), size);
          expect(back.x).toBeCloseTo(x, 4);
          expect(back.y).toBeCloseTo(y, 4);
        },
      ),
    );
  });

  it('keeps what lies under the pointer there while zooming', () => {
    fc.assert(
      fc.property(anyCamera, fc.double({ min: 0.2, max: 5, noNaN: true }), (camera, factor) => {
        const at = { x: 120, y: 450 };
        const before = toMap(camera, at, size);
        const after = toMap(zoomAt(camera, factor, at, size, 10), at, size);
        expect(after.x).toBeCloseTo(before.x, 4);
        expect(after.y).toBeCloseTo(before.y, 4);
      }),
    );
  });

  it('shows all of a map that it is fitted to', () => {
    const bounds = { left: -3, top: 2, right: 40, bottom: 9 };
    const shown = visibleBounds(fitBounds(bounds, size), size);
    expect(shown.left).toBeLessThan(bounds.left);
    expect(shown.right).toBeGreaterThan(bounds.right);
    expect(shown.top).toBeLessThan(bounds.top);
    expect(shown.bottom).toBeGreaterThan(bounds.bottom);
  });
});

it('a lasso of very many corners is thinned and keeps its shape', () => {
  const circle = Array.from({ length: 2000 }, (_, step) => (step / 2000) * 2 * Math.PI).flatMap((angle) => [
    10 * Math.cos(angle),
    10 * Math.sin(angle),
  ]);
  const thin = thinPolygon(circle);
  expect(thin.length).toBeLessThanOrEqual(192);
  expect(isInPolygon(thin, 9.9, 0)).toBe(true);
  expect(isInPolygon(thin, 7.2, 7.2)).toBe(false);
});
