import { FoveaError } from '../../../shared/errors.ts';
import type { Frame, PointPainter } from './painter.ts';
import { colourTable, drawingOrder, type PointStyles } from './pointStyle.ts';
import { discOf, type Disc } from './disc.ts';

/** Pixels of one moving frame; a larger window is drawn coarser while it moves, because copying pixels takes most of a frame. */
const MOVING_PIXELS = 1_300_000;
/** Points drawn in one moving frame: about 15 ms of one core; beyond it a fair sample moves, and all stand. */
const MOVING_BUDGET = 250_000;

/**
 * Draws points by writing pixels, without a GPU: on a machine where WebGL is done by the processor this is several times
 * faster than its triangles. Each point is a disc with soft edges.
 */
export class CanvasPainter implements PointPainter {
  readonly engine = 'canvas';
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #image: ImageData | null = null;
  #pixels: Uint32Array = new Uint32Array(0);
  #xy: Float32Array = new Float32Array(0);
  #styles: PointStyles | null = null;
  #order: Uint32Array = new Uint32Array(0);
  #starts: readonly [number, number, number] = [0, 0, 0];
  /** `[512] uint32`, little-endian RGBA. */
  #table: Uint32Array = new Uint32Array(512);

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) throw new FoveaError('unsupported', 'This window cannot draw on a canvas.');
    this.#canvas = canvas;
    this.#context = context;
  }

  setPoints(xy: Float32Array): void {
    this.#xy = xy;
  }

  setStyles(styles: PointStyles): void {
    this.#styles = styles;
    const { order, starts } = drawingOrder(styles.states);
    this.#order = order;
    this.#starts = starts;
    const rgb = colourTable(styles);
    this.#table = Uint32Array.from({ length: 512 }, (_, index) =>
      packRgb(rgb[index * 3]!, rgb[index * 3 + 1]!, rgb[index * 3 + 2]!),
    );
  }

  draw(wanted: Frame): void {
    const frame = wanted.isMoving ? coarsen(wanted) : wanted;
    const image = this.#prepare(frame);
    if (this.#styles !== null && this.#order.length * 2 === this.#xy.length) {
      const [, plain, selected] = this.#starts;
      const count = this.#order.length;
      const share = frame.isMoving ? Math.min(1, MOVING_BUDGET / Math.max(1, count)) : 1;
      const disc = discOf(frame.diameter * frame.ratio);
      this.#drawSpan(frame, 0, plain * share, 0, disc);
      this.#drawSpan(frame, plain, plain + (selected - plain) * share, 256, disc);
      const rim = discOf((frame.diameter + 4) * frame.ratio);
      const [red, green, blue] = frame.rim;
      this.#drawSpan(frame, selected, count, packRgb(red, green, blue), rim, true);
      this.#drawSpan(frame, selected, count, 256, discOf((frame.diameter + 1) * frame.ratio));
    }
    this.#context.putImageData(image, 0, 0);
  }

  dispose(): void {
    this.#image = null;
    this.#pixels = new Uint32Array(0);
  }

  /** An empty picture of the canvas's size. */
  #prepare(frame: Frame): ImageData {
    const width = Math.max(1, Math.round(frame.size.width * frame.ratio));
    const height = Math.max(1, Math.round(frame.size.height * frame.ratio));
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    if (this.#image?.width !== width || this.#image.height !== height) {
      this.#image = this.#context.createImageData(width, height);
      this.#pixels = new Uint32Array(this.#image.data.buffer);
    } else {
      this.#pixels.fill(0);
    }
    return this.#image;
  }

  /** Draws places `from` up to `to` of the order; `colour` is an offset into the table, or with `isFlat` the colour itself. */
  #drawSpan(frame: Frame, from: number, to: number, colour: number, disc: Disc, isFlat = false): void {
    const { camera, size, ratio } = frame;
    const pixels = this.#pixels;
    const width = this.#canvas.width;
    const height = this.#canvas.height;
    const scale = camera.scale * ratio;
    const left = (size.width / 2) * ratio - camera.x * scale - disc.radius;
    const top = (size.height / 2) * ratio - camera.y * scale - disc.radius;
    const colours = this.#styles!.colours;
    for (let place = from; place < to; place += 1) {
      const point = this.#order[place | 0]!;
      const x = Math.round(this.#xy[point * 2]! * scale + left);
      const y = Math.round(this.#xy[point * 2 + 1]! * scale + top);
      if (!(x > -disc.side && y > -disc.side && x < width && y < height)) continue;
      const rgba = isFlat ? colour : this.#table[colour + colours[point]!]!;
      if (x >= 0 && y >= 0 && x + disc.side <= width && y + disc.side <= height) {
        const base = y * width + x;
        for (let row = 0; row < disc.side; row += 1) {
          const last = base + row * width + disc.to[row]!;
          // A loop, because the spans are a few pixels and a call costs more than they do.
          for (let at = base + row * width + disc.from[row]!; at < last; at += 1) pixels[at] = rgba;
        }
        for (let edge = 0; edge < disc.edges.length; edge += 3) {
          const at = base + disc.edges[edge + 1]! * width + disc.edges[edge]!;
          pixels[at] = blend(pixels[at]!, rgba, disc.edges[edge + 2]!);
        }
      } else {
        this.#drawClipped(x, y, rgba, disc);
      }
    }
  }

  /** A disc that the canvas cuts: only its full pixels, each checked. */
  #drawClipped(x: number, y: number, rgba: number, disc: Disc): void {
    for (let row = 0; row < disc.side; row += 1) {
      if (y + row < 0 || y + row >= this.#canvas.height) continue;
      const first = Math.max(0, x + disc.from[row]!);
      const last = Math.min(this.#canvas.width, x + disc.to[row]!);
      if (last > first) {
        this.#pixels.fill(
          rgba,
          (y + row) * this.#canvas.width + first,
          (y + row) * this.#canvas.width + last,
        );
      }
    }
  }
}

function coarsen(frame: Frame): Frame {
  const pixels = frame.size.width * frame.size.height * frame.ratio ** 2;
  return { ...frame, ratio: frame.ratio * Math.min(1, Math.sqrt(MOVING_PIXELS / Math.max(1, pixels))) };
}

function packRgb(red: number, green: number, blue: number): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** `over` laid on `under` with a coverage of 0 … 256. */
function blend(under: number, over: number, coverage: number): number {
  const alpha = under >>> 24;
  if (alpha === 0) return ((over & 0xffffff) | (Math.min(255, coverage) << 24)) >>> 0;
  const rest = 256 - coverage;
  const red = ((over & 0xff) * coverage + (under & 0xff) * rest) >> 8;
  const green = (((over >> 8) & 0xff) * coverage + ((under >> 8) & 0xff) * rest) >> 8;
  const blue = (((over >> 16) & 0xff) * coverage + ((under >> 16) & 0xff) * rest) >> 8;
  const whole = Math.min(255, alpha + ((coverage * (255 - alpha)) >> 8));
  return ((whole << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
