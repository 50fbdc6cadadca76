import { boundsOf, type Bounds } from './camera.ts';
import { isInPolygon, polygonBounds, type Polygon } from './polygon.ts';

/** About this many points a cell: small enough to search, few enough cells to walk. */
const POINTS_PER_CELL = 8;
const MOST_CELLS_A_SIDE = 512;

/** Points `[n, 2]` sorted into square cells, so that asking for those at a place costs what is there, not what is everywhere. */
export class PointGrid {
  readonly bounds: Bounds;
  readonly #xy: Float32Array;
  readonly #side: number;
  readonly #cellWidth: number;
  readonly #cellHeight: number;
  /** `[cells + 1]`: where each cell's points begin in `#members`. */
  readonly #starts: Uint32Array;
  readonly #members: Uint32Array;

  constructor(xy: Float32Array) {
    const count = xy.length / 2;
    this.#xy = xy;
    this.bounds = boundsOf(xy);
    this.#side = Math.max(1, Math.min(MOST_CELLS_A_SIDE, Math.ceil(Math.sqrt(count / POINTS_PER_CELL))));
    this.#cellWidth = Math.max(1e-9, (this.bounds.right - this.bounds.left) / this.#side);
    this.#cellHeight = Math.max(1e-9, (this.bounds.bottom - this.bounds.top) / this.#side);
    this.#starts = new Uint32Array(this.#side ** 2 + 1);
    this.#members = new Uint32Array(count);
    this.#fill(count);
  }

  /** Counting sort by cell. */
  #fill(count: number): void {
    const cellOf = new Uint32Array(count);
    for (let point = 0; point < count; point += 1) {
      const cell = this.#row(this.#xy[point * 2 + 1]!) * this.#side + this.#column(this.#xy[point * 2]!);
      cellOf[point] = cell;
      this.#starts[cell + 1]! += 1;
    }
    for (let cell = 0; cell < this.#side ** 2; cell += 1) {
      this.#starts[cell + 1]! += this.#starts[cell]!;
    }
    const next = this.#starts.slice();
    for (let point = 0; point < count; point += 1) {
      const place = next[cellOf[point]!]!;
      this.#members[place] = point;
      next[cellOf[point]!] = place + 1;
    }
  }

  /** The point nearest to a place, no farther than `radius` map units; -1 when there is none. */
  nearest(x: number, y: number, radius: number): number {
    let best = -1;
    let least = radius * radius;
    this.#visit({ left: x - radius, top: y - radius, right: x + radius, bottom: y + radius }, (point) => {
      const distance = (this.#xy[point * 2]! - x) ** 2 + (this.#xy[point * 2 + 1]! - y) ** 2;
      if (distance > least) return true;
      least = distance;
      best = point;
      return true;
    });
    return best;
  }

  /** Points inside a rectangle, at most `limit` of them. */
  inBounds(bounds: Bounds, limit = Infinity): number[] {
    const found: number[] = [];
    this.#visit(bounds, (point) => {
      if (isInside(bounds, this.#xy[point * 2]!, this.#xy[point * 2 + 1]!)) found.push(point);
      return found.length < limit;
    });
    return found;
  }

  /** Points inside an outline. */
  inPolygon(polygon: Polygon): number[] {
    if (polygon.length < 6) return [];
    const found: number[] = [];
    const around = polygonBounds(polygon);
    this.#visit(around, (point) => {
      const x = this.#xy[point * 2]!;
      const y = this.#xy[point * 2 + 1]!;
      if (isInside(around, x, y) && isInPolygon(polygon, x, y)) found.push(point);
      return true;
    });
    return found;
  }

  /** Visits the points of every cell that a rectangle touches, until `visit` says false. */
  #visit(bounds: Bounds, visit: (point: number) => boolean): void {
    if (bounds.right < this.bounds.left || bounds.left > this.bounds.right) return;
    if (bounds.bottom < this.bounds.top || bounds.top > this.bounds.bottom) return;
    const lastRow = this.#row(bounds.bottom);
    const lastColumn = this.#column(bounds.right);
    for (let row = this.#row(bounds.top); row <= lastRow; row += 1) {
      for (let column = this.#column(bounds.left); column <= lastColumn; column += 1) {
        const cell = row * this.#side + column;
        for (let place = this.#starts[cell]!; place < this.#starts[cell + 1]!; place += 1) {
          if (!visit(this.#members[place]!)) return;
        }
      }
    }
  }

  #column(x: number): number {
    return this.#clamp((x - this.bounds.left) / this.#cellWidth);
  }

  #row(y: number): number {
    return this.#clamp((y - this.bounds.top) / this.#cellHeight);
  }

  /** Points that are not finite go to the first cell, where no search by place finds them. */
  #clamp(cell: number): number {
    return cell > 0 ? Math.min(this.#side - 1, Math.floor(cell)) : 0;
  }
}

function isInside(bounds: Bounds, x: number, y: number): boolean {
  return x >= bounds.left && x <= bounds.right && y >= bounds.top && y <= bounds.bottom;
}
