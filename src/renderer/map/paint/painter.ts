import type { Camera, Size } from '../camera.ts';
import type { PointStyles } from './pointStyle.ts';

/** What one frame shows. */
export interface Frame {
  readonly camera: Camera;
  readonly size: Size;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
  /** Diameter of a point in CSS pixels. */
  readonly diameter: number;
  /** Colour of the rim of selected points. */
  readonly rim: readonly [number, number, number];
  /** While the view moves a painter may draw a fair sample. */
  readonly isMoving: boolean;
}

/** Draws the points of a map onto one canvas; there is one with WebGL and one without. */
export interface PointPainter {
  /** What it draws with, for the reader and the report of a fault. */
  readonly engine: 'webgl' | 'canvas';
  /** `[n, 2] float32` in map units. */
  setPoints(xy: Float32Array): void;
  setStyles(styles: PointStyles): void;
  draw(frame: Frame): void;
  dispose(): void;
}
