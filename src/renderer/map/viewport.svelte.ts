import {
  boundsOf,
  fitBounds,
  panBy,
  toMap,
  toPixel,
  zoomAt,
  type Bounds,
  type Camera,
  type Size,
} from './camera.ts';

/** How long after the last movement the view counts as still. */
const STILL_AFTER_MS = 140;

/** The window onto the map: its size, its camera, and whether it moves just now. */
export class Viewport {
  camera: Camera = $state.raw({ x: 0, y: 0, scale: 1 });
  width: number = $state(0);
  height: number = $state(0);
  isMoving: boolean = $state(false);
  readonly size: Size = $derived({ width: this.width, height: this.height });
  #bounds: Bounds = $state.raw({ left: -1, top: -1, right: 1, bottom: 1 });
  #whole: Camera = $derived(fitBounds(this.#bounds, this.size));
  /** False once a person has moved the view: a growing map then no longer pulls it along. */
  #isFitted = true;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** How far in, against the scale that shows the whole map. */
  get zoom(): number {
    return this.camera.scale / this.#whole.scale;
  }

  /** Follows another map, or the same one grown: shows it whole unless a person looks at a part. */
  setPoints(xy: Float32Array, isAnother: boolean): void {
    this.#bounds = boundsOf(xy);
    if (isAnother || this.#isFitted) this.fit();
  }

  /** After the window changed its size. */
  resize(): void {
    if (this.#isFitted) this.camera = this.#whole;
  }

  fit(): void {
    this.#isFitted = true;
    this.camera = this.#whole;
  }

  /** Shows a part of the map, such as one cluster. */
  show(bounds: Bounds): void {
    const target = fitBounds(bounds, this.size);
    this.#isFitted = false;
    this.camera = { ...target, scale: Math.min(target.scale, this.#whole.scale * 12) };
  }

  panBy(dx: number, dy: number): void {
    this.#move(panBy(this.camera, dx, dy));
  }

  /** @param at pixel that stays where it is; the middle when absent. */
  zoomBy(factor: number, at: { readonly x: number; readonly y: number } = this.#middle): void {
    this.#move(zoomAt(this.camera, factor, at, this.size, this.#whole.scale));
  }

  toMap(pixel: { readonly x: number; readonly y: number }): { x: number; y: number } {
    return toMap(this.camera, pixel, this.size);
  }

  toPixel(point: { readonly x: number; readonly y: number }): { x: number; y: number } {
    return toPixel(this.camera, point, this.size);
  }

  get #middle(): { x: number; y: number } {
    return { x: this.width / 2, y: this.height / 2 };
  }

  #move(camera: Camera): void {
    this.#isFitted = false;
    this.camera = camera;
    this.isMoving = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.isMoving = false), STILL_AFTER_MS);
  }
}
