import type { KernelPool } from './kernelPool.ts';

/** Rows as kernels compare them: as they are, and in panels of 8 with squared lengths and ids beside them. */
export interface PackedRows {
  /** `[panels, dims, 8] float32` */
  readonly packed: number;
  /** `[panels * 8] float32`; infinite where there is no row */
  readonly lengths: number;
  /** `[panels * 8] int32`; −1 where there is no row */
  readonly ids: number;
  readonly panels: number;
  readonly dims: number;
}

/**
 * Packs rows of `[n, dims] float32` in the order of `ids`, which are places in `rows`; −1 leaves a place empty. The
 * memory belongs to the caller.
 */
export function packRows(pool: KernelPool, rows: Float32Array, dims: number, ids: Int32Array): PackedRows {
  const panels = Math.ceil(ids.length / 8);
  const packed = pool.take(panels * dims * 32);
  const lengths = pool.take(panels * 32);
  const placed = pool.take(panels * 32);
  const to = pool.floats(packed, panels * dims * 8);
  const squares = pool.floats(lengths, panels * 8).fill(Infinity);
  const names = pool.integers(placed, panels * 8).fill(-1);
  to.fill(0);
  for (let place = 0; place < ids.length; place++) {
    const id = ids[place]!;
    if (id < 0) continue;
    names[place] = id;
    let at = (place >> 3) * dims * 8 + (place & 7);
    let sum = 0;
    for (let j = 0, from = id * dims; j < dims; j++, from++, at += 8) {
      const value = rows[from]!;
      to[at] = value;
      sum += value * value;
    }
    squares[place] = sum;
  }
  return { packed, lengths, ids: placed, panels, dims };
}

/** The ids 0 … n − 1. */
export function everyRow(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i);
}
