import type { PictureCache } from './pictureCache.ts';
import type { PointGrid } from './pointGrid.ts';
import type { Viewport } from './viewport.svelte.ts';
import { visibleBounds } from './camera.ts';

/** Side of a picture on the map in CSS pixels. */
export const PICTURE_SIDE = 52;
/** Above this many points in view pictures would only hide each other. */
const POINTS_AT_MOST = 1_500;
const PICTURES_AT_MOST = 240;

export interface PlacedPicture {
  readonly point: number;
  readonly x: number;
  readonly y: number;
}

/**
 * The points that are shown as pictures: when few enough are in view, at most one a square of the screen, so that none
 * hides another.
 */
export function placePictures(view: Viewport, grid: PointGrid, xy: Float32Array): PlacedPicture[] {
  const inView = grid.inBounds(visibleBounds(view.camera, view.size), POINTS_AT_MOST + 1);
  if (inView.length > POINTS_AT_MOST) return [];
  const taken = new Set<number>();
  const columns = Math.ceil(view.width / PICTURE_SIDE) + 1;
  const placed: PlacedPicture[] = [];
  // In a fixed order, so that the same pictures stay while the view moves.
  for (const point of inView.sort((a, b) => a - b)) {
    const { x, y } = view.toPixel({ x: xy[point * 2]!, y: xy[point * 2 + 1]! });
    const cell = Math.floor(y / PICTURE_SIDE) * columns + Math.floor(x / PICTURE_SIDE);
    if (taken.has(cell) || placed.length >= PICTURES_AT_MOST) continue;
    taken.add(cell);
    placed.push({ point, x, y });
  }
  return placed;
}

/** What lies over the points: pictures, the outline being drawn, and the ring around the point under the pointer. */
export interface OverlayScene {
  readonly pictures: readonly PlacedPicture[];
  readonly imageIds: Uint32Array;
  /** CSS colour of a point's frame. */
  readonly frameOf: (point: number) => string;
  readonly cache: PictureCache;
  /** Corners in CSS pixels, x, y, x, y …, while a lasso or box is being drawn. */
  readonly outline: readonly number[];
  readonly hovered: { readonly x: number; readonly y: number } | null;
  /** Lines of equal density in CSS pixels. */
  readonly contours: readonly (readonly number[])[];
  readonly accent: string;
  readonly line: string;
}

export function drawOverlay(
  canvas: HTMLCanvasElement,
  size: { readonly width: number; readonly height: number },
  ratio: number,
  scene: OverlayScene,
): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const width = Math.max(1, Math.round(size.width * ratio));
  const height = Math.max(1, Math.round(size.height * ratio));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  context.lineWidth = 1;
  context.strokeStyle = scene.line;
  for (const contour of scene.contours) trace(context, contour, () => context.stroke());
  for (const placed of scene.pictures) drawPicture(context, placed, scene);
  if (scene.outline.length >= 4) {
    context.lineWidth = 1.5;
    context.strokeStyle = scene.accent;
    context.fillStyle = scene.accent;
    trace(context, scene.outline, () => {
      context.globalAlpha = 0.12;
      context.fill();
      context.globalAlpha = 1;
      context.stroke();
    });
  }
  if (scene.hovered !== null) {
    context.lineWidth = 2;
    context.strokeStyle = scene.accent;
    context.beginPath();
    context.arc(scene.hovered.x, scene.hovered.y, 7, 0, 2 * Math.PI);
    context.stroke();
  }
}

function drawPicture(
  context: CanvasRenderingContext2D,
  { point, x, y }: PlacedPicture,
  scene: OverlayScene,
): void {
  const picture = scene.cache.picture(scene.imageIds[point]!);
  if (picture === null) return;
  const side = PICTURE_SIDE - 8;
  const scale = side / Math.max(picture.naturalWidth, picture.naturalHeight);
  const width = picture.naturalWidth * scale;
  const height = picture.naturalHeight * scale;
  context.fillStyle = scene.frameOf(point);
  context.fillRect(x - width / 2 - 2.5, y - height / 2 - 2.5, width + 5, height + 5);
  context.drawImage(picture, x - width / 2, y - height / 2, width, height);
}

function trace(context: CanvasRenderingContext2D, corners: readonly number[], finish: () => void): void {
  context.beginPath();
  for (let index = 0; index < corners.length; index += 2) {
    if (index === 0) context.moveTo(corners[0]!, corners[1]!);
    else context.lineTo(corners[index]!, corners[index + 1]!);
  }
  context.closePath();
  finish();
}
