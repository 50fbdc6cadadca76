// Blocked matrix products. The right side is packed in panels of 8 columns, `[panel][depth][8]`, so that the inner loop
// reads memory in its order; 4 rows by 8 columns stay in registers.

/** `out[rows, columns] = left[rows, depth] · packed`; one part is `rowsPerPart` rows. Rows are padded to 4, columns to 8. */
export function multiply(
  _thread: i32,
  part: i32,
  left: usize,
  rows: i32,
  depth: i32,
  packed: usize,
  panels: i32,
  out: usize,
  rowsPerPart: i32,
): void {
  const from = part * rowsPerPart;
  const to = min(from + rowsPerPart, rows);
  const stride = (<usize>depth) << 2;
  const outStride = (<usize>panels) << 5;
  for (let panel = 0; panel < panels; panel++) {
    const right = packed + ((<usize>panel * <usize>depth) << 5);
    for (let row = from; row < to; row += 4) {
      let a0 = f32x4.splat(0);
      let a1 = a0;
      let b0 = a0;
      let b1 = a0;
      let c0 = a0;
      let c1 = a0;
      let d0 = a0;
      let d1 = a0;
      let l = left + <usize>row * stride;
      let r = right;
      const end = l + stride;
      while (l < end) {
        const x = v128.load(r);
        const y = v128.load(r, 16);
        const a = v128.load32_splat(l);
        a0 = f32x4.relaxed_madd(a, x, a0);
        a1 = f32x4.relaxed_madd(a, y, a1);
        const b = v128.load32_splat(l + stride);
        b0 = f32x4.relaxed_madd(b, x, b0);
        b1 = f32x4.relaxed_madd(b, y, b1);
        const c = v128.load32_splat(l + 2 * stride);
        c0 = f32x4.relaxed_madd(c, x, c0);
        c1 = f32x4.relaxed_madd(c, y, c1);
        const d = v128.load32_splat(l + 3 * stride);
        d0 = f32x4.relaxed_madd(d, x, d0);
        d1 = f32x4.relaxed_madd(d, y, d1);
        l += 4;
        r += 32;
      }
      const o = out + <usize>row * outStride + ((<usize>panel) << 5);
      v128.store(o, a0);
      v128.store(o, a1, 16);
      v128.store(o + outStride, b0);
      v128.store(o + outStride, b1, 16);
      v128.store(o + 2 * outStride, c0);
      v128.store(o + 2 * outStride, c1, 16);
      v128.store(o + 3 * outStride, d0);
      v128.store(o + 3 * outStride, d1, 16);
    }
  }
}

/**
 * Packs `rows` rows of `[rows, dims] float32` less their mean in panels of 8 dimensions, `[panel][row][8]`; one part is
 * one panel. `dims` past the end are 0.
 */
export function packCentred(
  _thread: i32,
  part: i32,
  source: usize,
  rows: i32,
  dims: i32,
  mean: usize,
  packed: usize,
): void {
  let to = packed + ((<usize>part * <usize>rows) << 5);
  const first = part << 3;
  for (let row = 0; row < rows; row++) {
    const from = source + ((<usize>row * <usize>dims) << 2);
    for (let j = 0; j < 8; j++) {
      const dim = first + j;
      const at = (<usize>dim) << 2;
      store<f32>(to, dim < dims ? load<f32>(from + at) - load<f32>(mean + at) : 0);
      to += 4;
    }
  }
}

/**
 * Adds the products of every pair of dimensions over packed rows to `gram[8 panels, 8 panels]`; one part is one panel,
 * and only panels at or after it are written: the matrix is symmetric.
 */
export function addGram(_thread: i32, part: i32, packed: usize, rows: i32, panels: i32, gram: usize): void {
  const stride = (<usize>panels) << 5;
  const size = (<usize>rows) << 5;
  for (let half = 0; half < 2; half++) {
    const own = packed + <usize>part * size + ((<usize>half) << 4);
    for (let panel = part; panel < panels; panel++) {
      const o = gram + <usize>((part << 3) + (half << 2)) * stride + ((<usize>panel) << 5);
      let a0 = v128.load(o);
      let a1 = v128.load(o, 16);
      let b0 = v128.load(o + stride);
      let b1 = v128.load(o + stride, 16);
      let c0 = v128.load(o + 2 * stride);
      let c1 = v128.load(o + 2 * stride, 16);
      let d0 = v128.load(o + 3 * stride);
      let d1 = v128.load(o + 3 * stride, 16);
      let l = own;
      let r = packed + <usize>panel * size;
      const end = r + size;
      while (r < end) {
        const x = v128.load(r);
        const y = v128.load(r, 16);
        const a = v128.load32_splat(l);
        a0 = f32x4.relaxed_madd(a, x, a0);
        a1 = f32x4.relaxed_madd(a, y, a1);
        const b = v128.load32_splat(l, 4);
        b0 = f32x4.relaxed_madd(b, x, b0);
        b1 = f32x4.relaxed_madd(b, y, b1);
        const c = v128.load32_splat(l, 8);
        c0 = f32x4.relaxed_madd(c, x, c0);
        c1 = f32x4.relaxed_madd(c, y, c1);
        const d = v128.load32_splat(l, 12);
        d0 = f32x4.relaxed_madd(d, x, d0);
        d1 = f32x4.relaxed_madd(d, y, d1);
        l += 32;
        r += 32;
      }
      v128.store(o, a0);
      v128.store(o, a1, 16);
      v128.store(o + stride, b0);
      v128.store(o + stride, b1, 16);
      v128.store(o + 2 * stride, c0);
      v128.store(o + 2 * stride, c1, 16);
      v128.store(o + 3 * stride, d0);
      v128.store(o + 3 * stride, d1, 16);
    }
  }
}
