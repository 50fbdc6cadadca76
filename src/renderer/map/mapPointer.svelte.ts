import { thinPolygon } from './polygon.ts';
import type { PointGrid } from './pointGrid.ts';
import type { Viewport } from './viewport.svelte.ts';

export type Tool = 'move' | 'lasso' | 'box';
/** How what was drawn around joins what is selected. */
export type JoinMode = 'only' | 'add' | 'remove';

export interface PointerHandlers {
  readonly onPick: (points: readonly number[], mode: JoinMode) => void;
  readonly onHover: (point: number) => void;
}

/** How near the pointer must be to a point to mean it, in CSS pixels. */
const REACH = 12;
/** Movements below this are a click. */
const CLICK_REACH = 4;

interface Drag {
  readonly startX: number;
  readonly startY: number;
  readonly x: number;
  readonly y: number;
  readonly tool: Tool;
  readonly mode: JoinMode;
}

/** What the pointer does on a map: it moves the view, draws a lasso or a box, and points at images. */
export class MapPointer {
  /** The lasso or box that is being drawn, in CSS pixels: x, y, x, y … */
  outline: readonly number[] = $state.raw([]);
  /** The point under the pointer, or -1. */
  hovered: number = $state(-1);
  #drag: Drag | null = null;
  readonly #view: Viewport;
  readonly #grid: () => PointGrid;
  readonly #tool: () => Tool;
  readonly #handlers: PointerHandlers;

  constructor(view: Viewport, grid: () => PointGrid, tool: () => Tool, handlers: PointerHandlers) {
    this.#view = view;
    this.#grid = grid;
    this.#tool = tool;
    this.#handlers = handlers;
  }

  /** The point nearest to the pointer within reach, or -1. */
  pointAt(event: MouseEvent): number {
    const { x, y } = this.#view.toMap(placeOf(event));
    return this.#grid().nearest(x, y, REACH / this.#view.camera.scale);
  }

  down(event: PointerEvent & { readonly currentTarget: HTMLElement }): void {
    if (event.button > 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = placeOf(event);
    const chosen = this.#tool();
    // The middle button always moves; Shift draws a lasso with the moving tool.
    const tool = event.button === 1 ? 'move' : event.shiftKey && chosen === 'move' ? 'lasso' : chosen;
    this.#drag = { ...at, startX: at.x, startY: at.y, tool, mode: modeOf(event) };
    if (tool === 'lasso') this.outline = [at.x, at.y];
  }

  move(event: PointerEvent): void {
    const at = placeOf(event);
    const drag = this.#drag;
    if (drag === null) {
      this.hovered = this.pointAt(event);
      this.#handlers.onHover(this.hovered);
      return;
    }
    if (drag.tool === 'move') this.#view.panBy(at.x - drag.x, at.y - drag.y);
    else if (drag.tool === 'lasso') this.outline = [...this.outline, at.x, at.y];
    else this.outline = [drag.startX, drag.startY, at.x, drag.startY, at.x, at.y, drag.startX, at.y];
    this.#drag = { ...drag, ...at };
  }

  up(event: PointerEvent): void {
    const drag = this.#drag;
    const drawn = this.outline;
    this.cancel();
    if (drag === null) return;
    const isClick = Math.hypot(drag.x - drag.startX, drag.y - drag.startY) < CLICK_REACH && drawn.length < 24;
    if (isClick) {
      const point = this.pointAt(event);
      if (point >= 0 || drag.mode === 'only') this.#handlers.onPick(point < 0 ? [] : [point], drag.mode);
    } else if (drag.tool !== 'move') {
      this.#handlers.onPick(this.#grid().inPolygon(this.#toMap(thinPolygon(drawn))), drag.mode);
    }
  }

  /** Gives up what is being drawn. */
  cancel(): void {
    this.#drag = null;
    this.outline = [];
  }

  leave(): void {
    this.hovered = -1;
    this.#handlers.onHover(-1);
  }

  #toMap(corners: readonly number[]): number[] {
    const { camera, width, height } = this.#view;
    return corners.map((value, index) =>
      index % 2 === 0
        ? (value - width / 2) / camera.scale + camera.x
        : (value - height / 2) / camera.scale + camera.y,
    );
  }
}

function modeOf(event: MouseEvent): JoinMode {
  if (event.altKey) return 'remove';
  return event.shiftKey || event.ctrlKey || event.metaKey ? 'add' : 'only';
}

/** Where a pointer is on the element that follows it. */
export function placeOf(event: MouseEvent): { x: number; y: number } {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
