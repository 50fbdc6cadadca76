// How good a map is.

/**
 * For the points of a part: Σ p ln(p (1 + d²)) over their pairs and Σ p, whose sum over all parts gives the divergence
 * Σ p ln(p / q) = first + ln(Z) · second; two f64 for each part.
 */
export function sumDivergence(
  _thread: i32,
  part: i32,
  positions: usize,
  n: i32,
  perPart: i32,
  rows: usize,
  columns: usize,
  shares: usize,
  sums: usize,
): void {
  const to = min((part + 1) * perPart, n);
  let sum: f64 = 0;
  let all: f64 = 0;
  for (let i = part * perPart; i < to; i++) {
    const x = load<f32>(positions + ((<usize>i) << 3));
    const y = load<f32>(positions + ((<usize>i) << 3), 4);
    const end = load<i32>(rows + ((<usize>i) << 2), 4);
    for (let e = load<i32>(rows + ((<usize>i) << 2)); e < end; e++) {
      const p = <f64>load<f32>(shares + ((<usize>e) << 2));
      if (p <= 0) continue;
      const at = positions + ((<usize>load<u32>(columns + ((<usize>e) << 2))) << 3);
      const dx = <f64>(x - load<f32>(at));
      const dy = <f64>(y - load<f32>(at, 4));
      sum += p * Math.log(p * (1 + dx * dx + dy * dy));
      all += p;
    }
  }
  store<f64>(sums + ((<usize>part) << 4), sum);
  store<f64>(sums + ((<usize>part) << 4), all, 8);
}

/** Σ 1 / (1 + d²) of the points of a part with all later ones, exactly; one f64 for each part. Positions are separate. */
export function sumPairs(
  _thread: i32,
  part: i32,
  xs: usize,
  ys: usize,
  n: i32,
  perPart: i32,
  sums: usize,
): void {
  const to = min((part + 1) * perPart, n);
  let all: f64 = 0;
  const one = f32x4.splat(1);
  for (let i = part * perPart; i < to; i++) {
    const x = v128.load32_splat(xs + ((<usize>i) << 2));
    const y = v128.load32_splat(ys + ((<usize>i) << 2));
    let j = i + 1;
    for (; j < n && (j & 3) !== 0; j++) {
      const dx = load<f32>(xs + ((<usize>i) << 2)) - load<f32>(xs + ((<usize>j) << 2));
      const dy = load<f32>(ys + ((<usize>i) << 2)) - load<f32>(ys + ((<usize>j) << 2));
      all += <f64>(<f32>1 / (1 + dx * dx + dy * dy));
    }
    let sum = f32x4.splat(0);
    for (; j + 3 < n; j += 4) {
      const dx = f32x4.sub(x, v128.load(xs + ((<usize>j) << 2)));
      const dy = f32x4.sub(y, v128.load(ys + ((<usize>j) << 2)));
      sum = f32x4.add(sum, f32x4.div(one, f32x4.relaxed_madd(dx, dx, f32x4.relaxed_madd(dy, dy, one))));
    }
    all +=
      <f64>f32x4.extract_lane(sum, 0) +
      <f64>f32x4.extract_lane(sum, 1) +
      <f64>f32x4.extract_lane(sum, 2) +
      <f64>f32x4.extract_lane(sum, 3);
    for (; j < n; j++) {
      const dx = load<f32>(xs + ((<usize>i) << 2)) - load<f32>(xs + ((<usize>j) << 2));
      const dy = load<f32>(ys + ((<usize>i) << 2)) - load<f32>(ys + ((<usize>j) << 2));
      all += <f64>(<f32>1 / (1 + dx * dx + dy * dy));
    }
  }
  store<f64>(sums + ((<usize>part) << 3), all);
}

/**
 * The ranks, in feature space, of rows that are near on the map: for 4 queries of a part and `count` rows each (`near`,
 * i32), how many rows of `[n, dims]` are nearer to the query than that row, itself not counted. `packed` and
 * `lengths` as for `scanNearest`, all rows in their order. `line` is 4 · 8 · panels f32 for each thread.
 */
export function rankRows(
  thread: i32,
  part: i32,
  queries: usize,
  queryLengths: usize,
  queryIds: usize,
  packed: usize,
  lengths: usize,
  panels: i32,
  dims: i32,
  near: usize,
  ranks: usize,
  count: i32,
  line: usize,
): void {
  const stride = (<usize>dims) << 2;
  const lineBytes = (<usize>panels) << 5;
  const own = line + <usize>thread * (lineBytes << 2);
  const q = queries + <usize>(part << 2) * stride;
  const own4 = queryLengths + ((<usize>part) << 4);
  const two = f32x4.splat(-2);
  let r = packed;
  for (let to = own, at = lengths; to < own + lineBytes; to += 32, at += 32) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let b0 = a0;
    let b1 = a0;
    let c0 = a0;
    let c1 = a0;
    let d0 = a0;
    let d1 = a0;
    for (let l = q; l < q + stride; l += 4, r += 32) {
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
    }
    const n0 = v128.load(at);
    const n1 = v128.load(at, 16);
    storeDistances(to, a0, a1, n0, n1, own4, two);
    storeDistances(to + lineBytes, b0, b1, n0, n1, own4 + 4, two);
    storeDistances(to + 2 * lineBytes, c0, c1, n0, n1, own4 + 8, two);
    storeDistances(to + 3 * lineBytes, d0, d1, n0, n1, own4 + 12, two);
  }
  for (let i = 0; i < 4; i++) {
    const query = (part << 2) + i;
    const from = own + <usize>i * lineBytes;
    // Nobody is nearer to a query than itself.
    const self = load<i32>(queryIds + ((<usize>query) << 2));
    if (self >= 0) store<f32>(from + ((<usize>self) << 2), Infinity);
    for (let j = 0; j < count; j++) {
      const at = (<usize>query * <usize>count + <usize>j) << 2;
      const row = load<i32>(near + at);
      if (row >= 0)
        store<i32>(ranks + at, countBelow(from, lineBytes, load<f32>(from + ((<usize>row) << 2))));
    }
  }
}

function storeDistances(to: usize, low: v128, high: v128, n0: v128, n1: v128, own: usize, two: v128): void {
  const length = v128.load32_splat(own);
  v128.store(to, f32x4.add(f32x4.relaxed_madd(low, two, n0), length));
  v128.store(to, f32x4.add(f32x4.relaxed_madd(high, two, n1), length), 16);
}

function countBelow(from: usize, bytes: usize, limit: f32): i32 {
  const limits = f32x4.splat(limit);
  let below = i32x4.splat(0);
  for (let at = from; at < from + bytes; at += 32) {
    below = i32x4.sub(below, f32x4.lt(v128.load(at), limits));
    below = i32x4.sub(below, f32x4.lt(v128.load(at, 16), limits));
  }
  return (
    i32x4.extract_lane(below, 0) +
    i32x4.extract_lane(below, 1) +
    i32x4.extract_lane(below, 2) +
    i32x4.extract_lane(below, 3)
  );
}
