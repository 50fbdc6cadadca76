// The potential of all points, Σ 1 / (1 + |y − yⱼ|²), on a grid: points are spread with cubic B-splines, convolved by
// Fourier transforms on twice the width (so that nothing comes round the other side), and its slopes are read off with the
// same splines.
// `half` is the width of the part of the grid that is used, `full` twice that; `columns` are full / 2 + 1 up to a multiple
// of 4. Rows are a multiple of 8.

import { transform } from './fft';

/**
 * Spreads the points of a part on a grid of the part's own, `[half, half] float32`. `positions` are `[n, 2] float32`, a
 * grid step is 1 / `scale`, and node (0, 0) is at (`left`, `top`).
 */
export function spreadPoints(
  _thread: i32,
  part: i32,
  positions: usize,
  n: i32,
  perPart: i32,
  grids: usize,
  half: i32,
  left: f32,
  top: f32,
  scale: f32,
): void {
  const rowBytes = (<usize>half) << 2;
  const grid = grids + <usize>part * rowBytes * <usize>half;
  memory.fill(grid, 0, rowBytes * <usize>half);
  const to = min((part + 1) * perPart, n);
  for (let i = part * perPart; i < to; i++) {
    const at = positions + ((<usize>i) << 3);
    const x = (load<f32>(at) - left) * scale;
    const y = (load<f32>(at, 4) - top) * scale;
    const column = <i32>x;
    const row = <i32>y;
    const across = weights(x - <f32>column);
    const down = weights(y - <f32>row);
    let cell = grid + <usize>(row - 1) * rowBytes + ((<usize>(column - 1)) << 2);
    v128.store(cell, f32x4.relaxed_madd(across, v128.shuffle<f32>(down, down, 0, 0, 0, 0), v128.load(cell)));
    cell += rowBytes;
    v128.store(cell, f32x4.relaxed_madd(across, v128.shuffle<f32>(down, down, 1, 1, 1, 1), v128.load(cell)));
    cell += rowBytes;
    v128.store(cell, f32x4.relaxed_madd(across, v128.shuffle<f32>(down, down, 2, 2, 2, 2), v128.load(cell)));
    cell += rowBytes;
    v128.store(cell, f32x4.relaxed_madd(across, v128.shuffle<f32>(down, down, 3, 3, 3, 3), v128.load(cell)));
  }
}

/** The four weights of a cubic B-spline at a fraction 0 … 1 of a cell, as polynomials in the four lanes. */
export function weights(t: f32): v128 {
  const v = f32x4.splat(t);
  const sixth: f32 = 1.0 / 6.0;
  let w = f32x4(-sixth, 0.5, -0.5, sixth);
  w = f32x4.relaxed_madd(w, v, f32x4(0.5, -1, 0.5, 0));
  w = f32x4.relaxed_madd(w, v, f32x4(-0.5, 0, 0.5, 0));
  return f32x4.relaxed_madd(w, v, f32x4(sixth, <f32>(4.0 / 6.0), sixth, 0));
}

/**
 * Sums the grids of the parts and transforms their rows, two real rows as one complex one; a part is 8 rows. The spectrum
 * is two planes, real and imaginary, `[half, columns] float32` each. `scratch` has 3 · full elements of 32 bytes for each
 * thread.
 */
export function transformRows(
  thread: i32,
  part: i32,
  grids: usize,
  copies: i32,
  half: i32,
  columns: i32,
  spectrum: usize,
  twiddles: usize,
  scratch: usize,
): void {
  const full = half << 1;
  const rowBytes = (<usize>half) << 2;
  const gridBytes = rowBytes * <usize>half;
  const buffer = scratch + <usize>thread * (3 * ((<usize>full) << 5));
  const first = grids + <usize>(part << 3) * rowBytes;
  for (let x = 0; x < half; x += 4) {
    const at = first + ((<usize>x) << 2);
    const to = buffer + ((<usize>x) << 5);
    storeTurnedRows(at, rowBytes << 1, copies, gridBytes, to);
    storeTurnedRows(at + rowBytes, rowBytes << 1, copies, gridBytes, to + 16);
  }
  memory.fill(buffer + ((<usize>half) << 5), 0, (<usize>half) << 5);
  const result = transform(buffer, full, twiddles);
  const plane = (<usize>half * <usize>columns) << 2;
  const lineBytes = (<usize>columns) << 2;
  const h = f32x4.splat(0.5);
  for (let k = 0; k < columns; k += 4) {
    let ar0 = h;
    let ar1 = h;
    let ar2 = h;
    let ar3 = h;
    let ai0 = h;
    let ai1 = h;
    let ai2 = h;
    let ai3 = h;
    let br0 = h;
    let br1 = h;
    let br2 = h;
    let br3 = h;
    let bi0 = h;
    let bi1 = h;
    let bi2 = h;
    let bi3 = h;
    for (let j = 0; j < 4; j++) {
      const own = result + ((<usize>((k + j) % full)) << 5);
      const mirror = result + ((<usize>((2 * full - k - j) % full)) << 5);
      const zr = v128.load(own);
      const zi = v128.load(own, 16);
      const mr = v128.load(mirror);
      const mi = v128.load(mirror, 16);
      const ar = f32x4.mul(h, f32x4.add(zr, mr));
      const ai = f32x4.mul(h, f32x4.sub(zi, mi));
      const br = f32x4.mul(h, f32x4.add(zi, mi));
      const bi = f32x4.mul(h, f32x4.sub(mr, zr));
      if (j === 0) {
        ar0 = ar;
        ai0 = ai;
        br0 = br;
        bi0 = bi;
      } else if (j === 1) {
        ar1 = ar;
        ai1 = ai;
        br1 = br;
        bi1 = bi;
      } else if (j === 2) {
        ar2 = ar;
        ai2 = ai;
        br2 = br;
        bi2 = bi;
      } else {
        ar3 = ar;
        ai3 = ai;
        br3 = br;
        bi3 = bi;
      }
    }
    const to = spectrum + <usize>(part << 3) * lineBytes + ((<usize>k) << 2);
    storeTurnedLanes(ar0, ar1, ar2, ar3, to, lineBytes << 1);
    storeTurnedLanes(ai0, ai1, ai2, ai3, to + plane, lineBytes << 1);
    storeTurnedLanes(br0, br1, br2, br3, to + lineBytes, lineBytes << 1);
    storeTurnedLanes(bi0, bi1, bi2, bi3, to + lineBytes + plane, lineBytes << 1);
  }
}

/** Four values of four rows `apart` bytes from each other, summed over copies, as four elements of 32 bytes. */
function storeTurnedRows(at: usize, apart: usize, copies: i32, copyBytes: usize, to: usize): void {
  let a = v128.load(at);
  let b = v128.load(at + apart);
  let c = v128.load(at + 2 * apart);
  let d = v128.load(at + 3 * apart);
  for (let copy = 1; copy < copies; copy++) {
    at += copyBytes;
    a = f32x4.add(a, v128.load(at));
    b = f32x4.add(b, v128.load(at + apart));
    c = f32x4.add(c, v128.load(at + 2 * apart));
    d = f32x4.add(d, v128.load(at + 3 * apart));
  }
  storeTurnedLanes(a, b, c, d, to, 32);
}

/** Stores the transpose of four vectors, `apart` bytes from each other. */
function storeTurnedLanes(a: v128, b: v128, c: v128, d: v128, to: usize, apart: usize): void {
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(to + apart, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  v128.store(to + 2 * apart, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
  v128.store(to + 3 * apart, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
}

/**
 * Transforms four columns, multiplies them by the kernel `[full, columns] float32`, and transforms half the slopes across
 * and down back: two times two planes like the spectrum, the first two in its place and the others behind it. The slope is
 * a product with i · the wave number (`waves`, `[full] float32`, already halved). `sums[part] f64` is the part's share of
 * the potential at all points (Parseval).
 */
export function convolveColumns(
  thread: i32,
  part: i32,
  half: i32,
  columns: i32,
  spectrum: usize,
  kernel: usize,
  waves: usize,
  twiddles: usize,
  scratch: usize,
  sums: usize,
): void {
  const full = half << 1;
  const fullBytes = (<usize>full) << 5;
  const buffer = scratch + <usize>thread * (3 * fullBytes);
  const kept = buffer + 2 * fullBytes;
  const lineBytes = (<usize>columns) << 2;
  const plane = <usize>half * lineBytes;
  const first = spectrum + ((<usize>part) << 4);
  for (let row = 0, from = first, to = buffer; row < half; row++, from += lineBytes, to += 32) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from + plane), 16);
  }
  memory.fill(buffer + ((<usize>half) << 5), 0, (<usize>half) << 5);
  const there = transform(buffer, full, twiddles);
  // All columns but the first and the one in the middle stand for their mirror image, too.
  const column = part << 2;
  const twice = f32x4.replace_lane(f32x4.splat(2), 0, column === 0 || column === half ? 1 : 2);
  const across = v128.load(waves + ((<usize>part) << 4));
  let sum: f64 = 0;
  let factors = kernel + ((<usize>part) << 4);
  // Real and imaginary parts change places, so that the same transform goes back.
  for (let i = 0, at = there, to: usize = 0; i < full; i++, at += 32, to += 32, factors += lineBytes) {
    const factor = v128.load(factors);
    const r = v128.load(at);
    const m = v128.load(at, 16);
    const power = f32x4.mul(f32x4.mul(factor, twice), f32x4.add(f32x4.mul(r, r), f32x4.mul(m, m)));
    sum +=
      <f64>f32x4.extract_lane(power, 0) +
      <f64>f32x4.extract_lane(power, 1) +
      <f64>f32x4.extract_lane(power, 2) +
      <f64>f32x4.extract_lane(power, 3);
    const keptR = f32x4.mul(r, factor);
    const keptM = f32x4.mul(m, factor);
    v128.store(kept + to, keptR);
    v128.store(kept + to, keptM, 16);
    v128.store(buffer + to, f32x4.mul(keptR, across));
    v128.store(buffer + to, f32x4.neg(f32x4.mul(keptM, across)), 16);
  }
  store<f64>(sums + ((<usize>part) << 3), sum);
  storeColumns(transform(buffer, full, twiddles), first, half, lineBytes, plane);
  for (let i = 0, at: usize = 0; i < full; i++, at += 32) {
    const down = v128.load32_splat(waves + ((<usize>i) << 2));
    v128.store(buffer + at, f32x4.mul(v128.load(kept + at), down));
    v128.store(buffer + at, f32x4.neg(f32x4.mul(v128.load(kept + at, 16), down)), 16);
  }
  storeColumns(transform(buffer, full, twiddles), first + 2 * plane, half, lineBytes, plane);
}

/** The first half of four exchanged columns as rows of two planes. */
function storeColumns(from: usize, to: usize, half: i32, lineBytes: usize, plane: usize): void {
  for (let row = 0; row < half; row++, to += lineBytes, from += 32) {
    v128.store(to, v128.load(from, 16));
    v128.store(to + plane, v128.load(from));
  }
}

/** Transforms 4 rows of both slopes back: two grids `[half, half] float32`, across and down. */
export function restoreRows(
  thread: i32,
  part: i32,
  half: i32,
  columns: i32,
  spectrum: usize,
  slopes: usize,
  twiddles: usize,
  scratch: usize,
): void {
  const full = half << 1;
  const buffer = scratch + <usize>thread * (3 * ((<usize>full) << 5));
  const lineBytes = (<usize>columns) << 2;
  const plane = <usize>half * lineBytes;
  const first = spectrum + <usize>(part << 2) * lineBytes;
  // Four numbers of four rows, turned, before they are joined: a + i·b, where a is across and b is down.
  const joined = buffer + ((<usize>full) << 5);
  for (let k = 0; k <= half; k += 4) {
    const at = first + ((<usize>k) << 2);
    storeTurnedRows(at, lineBytes, 1, 0, joined);
    storeTurnedRows(at + plane, lineBytes, 1, 0, joined + 16);
    storeTurnedRows(at + 2 * plane, lineBytes, 1, 0, joined + 128);
    storeTurnedRows(at + 3 * plane, lineBytes, 1, 0, joined + 144);
    const end = min(4, half + 1 - k);
    for (let j = 0; j < end; j++) {
      const own = joined + ((<usize>j) << 5);
      const ar = v128.load(own);
      const ai = v128.load(own, 16);
      const br = v128.load(own, 128);
      const bi = v128.load(own, 144);
      // a + i·b at k, conj(a) + i·conj(b) at −k; stored with real and imaginary parts exchanged.
      const to = buffer + ((<usize>(k + j)) << 5);
      v128.store(to, f32x4.add(ai, br));
      v128.store(to, f32x4.sub(ar, bi), 16);
      if (k + j > 0 && k + j < half) {
        const mirror = buffer + ((<usize>(full - k - j)) << 5);
        v128.store(mirror, f32x4.sub(br, ai));
        v128.store(mirror, f32x4.add(ar, bi), 16);
      }
    }
  }
  const result = transform(buffer, full, twiddles);
  const rowBytes = (<usize>half) << 2;
  const to = slopes + <usize>(part << 2) * rowBytes;
  const grid = rowBytes * <usize>half;
  for (let x = 0; x < half; x += 4) {
    const from = result + ((<usize>x) << 5);
    const at = to + ((<usize>x) << 2);
    const a = v128.load(from, 16);
    const b = v128.load(from, 48);
    const c = v128.load(from, 80);
    const d = v128.load(from, 112);
    storeTurnedLanes(a, b, c, d, at, rowBytes);
    const e = v128.load(from);
    const f = v128.load(from, 32);
    const g = v128.load(from, 64);
    const h = v128.load(from, 96);
    storeTurnedLanes(e, f, g, h, at + grid, rowBytes);
  }
}
