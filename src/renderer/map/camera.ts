/** A rectangle in the map's own units. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Which part of the map the window shows: its middle in map units, and CSS pixels per unit. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Share of the window that stays free around a fitted map. */
const MARGIN = 0.06;
/** How far out and in a person can go, against the scale that shows the whole map. */
export const ZOOM_RANGE = { out: 0.5, in: 400 } as const;

/** The smallest rectangle around points `[n, 2] float32`; points that are not finite are passed over. */
export function boundsOf(xy: Float32Array): Bounds {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (let index = 0; index < xy.length; index += 2) {
    const x = xy[index]!;
    const y = xy[index + 1]!;
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return left <= right ? { left, top, right, bottom } : { left: -1, top: -1, right: 1, bottom: 1 };
}

/** The camera that shows all of a rectangle. */
export function fitBounds(bounds: Bounds, size: Size): Camera {
  const width = Math.max(1e-6, bounds.right - bounds.left);
  const height = Math.max(1e-6, bounds.bottom - bounds.top);
  const free = 1 - 2 * MARGIN;
  return {
    x: (bounds.left + bounds.right) / 2,
    y: (bounds.top + bounds.bottom) / 2,
    scale: Math.max(1e-6, Math.min((size.width * free) / width, (size.height * free) / height)),
  };
}

/** Moves the view by CSS pixels: dragging to the right shows what lies to the left. */
export function panBy(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale };
}

/** Zooms by a factor so that what lies under the pixel `at` stays there; `whole` is the scale that shows everything. */
export function zoomAt(
  camera: Camera,
  factor: number,
  at: { readonly x: number; readonly y: number },
  size: Size,
  whole: number,
): Camera {
  const scale = Math.min(whole * ZOOM_RANGE.in, Math.max(whole * ZOOM_RANGE.out, camera.scale * factor));
  const held = toMap(camera, at, size);
  return {
    x: held.x - (at.x - size.width / 2) / scale,
    y: held.y - (at.y - size.height / 2) / scale,
    scale,
  };
}

/** From CSS pixels of the window to map units. */
export function toMap(
  camera: Camera,
  pixel: { readonly x: number; readonly y: number },
  size: Size,
): { x: number; y: number } {
  return {
    x: camera.x + (pixel.x - size.width / 2) / camera.scale,
    y: camera.y + (pixel.y - size.height / 2) / camera.scale,
  };
}

/** From map units to CSS pixels of the window. */
export function toPixel(
  camera: Camera,
  point: { readonly x: number; readonly y: number },
  size: Size,
): { x: number; y: number } {
  return {
    x: (point.x - camera.x) * camera.scale + size.width / 2,
    y: (point.y - camera.y) * camera.scale + size.height / 2,
  };
}

/** What the window shows, in map units. */
export function visibleBounds(camera: Camera, size: Size): Bounds {
  const width = size.width / camera.scale / 2;
  const height = size.height / camera.scale / 2;
  return {
    left: camera.x - width,
    top: camera.y - height,
    right: camera.x + width,
    bottom: camera.y + height,
  };
}
