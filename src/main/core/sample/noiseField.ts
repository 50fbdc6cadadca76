import type { Random } from '../math/random.ts';

export interface NoiseShape {
  /** Size of the smallest features in pixels along and across `angle`. */
  readonly along: number;
  readonly across: number;
  /** Radians. */
  readonly angle: number;
}

/** Value noise: a random lattice, smoothly interpolated. `[side, side]` float32 in 0 to 1. */
export function drawNoise(random: Random, side: number, { along, across, angle }: NoiseShape): Float32Array {
  // A rotated square fits into a circle of its diagonal.
  const columns = Math.ceil((side * 1.5) / along) + 3;
  const rows = Math.ceil((side * 1.5) / across) + 3;
  const lattice = Float32Array.from({ length: columns * rows }, () => random.next());
  const field = new Float32Array(side * side);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const middle = side / 2;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const u = ((x - middle) * cos + (y - middle) * sin + side * 0.75) / along;
      const v = ((y - middle) * cos - (x - middle) * sin + side * 0.75) / across;
      const column = Math.floor(u);
      const row = Math.floor(v);
      const fu = smooth(u - column);
      const fv = smooth(v - row);
      const at = row * columns + column;
      const upper = lattice[at]! + (lattice[at + 1]! - lattice[at]!) * fu;
      const below = at + columns;
      const lower = lattice[below]! + (lattice[below + 1]! - lattice[below]!) * fu;
      field[y * side + x] = upper + (lower - upper) * fv;
    }
  }
  return field;
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}
