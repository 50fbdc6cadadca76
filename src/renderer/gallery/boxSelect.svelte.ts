import { columnLeft, imagesOfRow, rowAt, rowTop, type GridLayout } from './layout.ts';

/** A rectangle in the grid's own space. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** How far the pointer moves before a press becomes a drag. */
const SLACK = 5;
/** Pixels a frame at the window's edge, and for each pixel beyond it. */
const EDGE_SPEED = 4;
const EDGE_GAIN = 0.25;

/** Places of the images that a box touches, row by row. */
export function placesInBox(layout: GridLayout, box: Box): { start: number; end: number }[] {
  if (layout.rows === 0) return [];
  const width = layout.cellWidth + layout.gap;
  const first = Math.max(0, Math.ceil((box.left - layout.gap - layout.cellWidth) / width));
  const last = Math.min(layout.columns - 1, Math.floor((box.right - layout.gap) / width));
  const places: { start: number; end: number }[] = [];
  for (let row = rowAt(layout, box.top); row <= rowAt(layout, box.bottom) && row < layout.rows; row += 1) {
    const top = rowTop(layout, row);
    if (top > box.bottom || top + layout.cellHeight < box.top) continue;
    const { start, end } = imagesOfRow(layout, row);
    const range = { start: start + first, end: Math.min(end, start + last + 1) };
    if (range.start < range.end && columnLeft(layout, first) <= box.right) places.push(range);
  }
  return places;
}

/** What the drag of a box needs from the grid. */
export interface BoxHost {
  readonly layout: () => GridLayout;
  readonly contentTop: () => number;
  /** Position and size of the scroll box in the window. */
  readonly bounds: () => DOMRect;
  readonly scrollBy: (pixels: number) => void;
  readonly onChange: (places: readonly { start: number; end: number }[]) => void;
}

/** Dragging a box over the grid, which scrolls when the pointer leaves it. */
export class BoxSelect {
  /** The box while one is dragged. */
  box: Box | null = $state.raw(null);
  readonly #host: BoxHost;
  #from: { x: number; y: number } | null = null;
  #pointer = { x: 0, y: 0 };
  #frame = 0;

  constructor(host: BoxHost) {
    this.#host = host;
  }

  /** Begins where the pointer is pressed. */
  press(event: PointerEvent): void {
    const point = this.#toContent(event);
    this.#from = point;
    this.#pointer = { x: event.clientX, y: event.clientY };
  }

  /** @returns true while a box is being dragged */
  move(event: PointerEvent): boolean {
    if (this.#from === null) return false;
    this.#pointer = { x: event.clientX, y: event.clientY };
    if (this.box === null) {
      const { x, y } = this.#toContent(event);
      if (Math.hypot(x - this.#from.x, y - this.#from.y) < SLACK) return false;
      this.#frame = requestAnimationFrame(() => this.#follow());
    }
    this.#update();
    return true;
  }

  /** Ends. @returns whether there was a box, so that the click after it means nothing */
  release(): boolean {
    cancelAnimationFrame(this.#frame);
    const wasBox = this.box !== null;
    this.#from = null;
    this.box = null;
    return wasBox;
  }

  #follow(): void {
    if (this.#from === null) return;
    const { top, bottom } = this.#host.bounds();
    const beyond = this.#pointer.y < top ? this.#pointer.y - top : Math.max(0, this.#pointer.y - bottom);
    if (beyond !== 0) {
      this.#host.scrollBy(Math.sign(beyond) * EDGE_SPEED + beyond * EDGE_GAIN);
      this.#update();
    }
    this.#frame = requestAnimationFrame(() => this.#follow());
  }

  #update(): void {
    if (this.#from === null) return;
    const { x, y } = this.#toContent({ clientX: this.#pointer.x, clientY: this.#pointer.y });
    this.box = {
      left: Math.min(x, this.#from.x),
      top: Math.min(y, this.#from.y),
      right: Math.max(x, this.#from.x),
      bottom: Math.max(y, this.#from.y),
    };
    this.#host.onChange(placesInBox(this.#host.layout(), this.box));
  }

  #toContent(event: { readonly clientX: number; readonly clientY: number }): { x: number; y: number } {
    const { left, top } = this.#host.bounds();
    return { x: event.clientX - left, y: event.clientY - top + this.#host.contentTop() };
  }
}
