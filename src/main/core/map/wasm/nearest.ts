// Nearest rows by squared Euclidean distance. Candidates are packed in panels of 8, `[panel][dim][8]`, with their squared
// lengths and ids beside them; the best of each query are a heap with the farthest on top.

/**
 * Compares queries `[from, to)` (in steps of 4; a part names a range in `ranges`, pairs of i32) with the candidates of the
 * panels listed for the part: `segments` holds pairs of i32, first panel and end, those of a part from `segmentsOf[part]`
 * to `segmentsOf[part + 1]`. `heaps` holds for each query `count` distances, `heapIds` their ids. A query is not compared
 * with itself.
 */
export function scanNearest(
  _thread: i32,
  part: i32,
  queries: usize,
  queryLengths: usize,
  queryIds: usize,
  ranges: usize,
  packed: usize,
  lengths: usize,
  ids: usize,
  dims: i32,
  segments: usize,
  segmentsOf: usize,
  heaps: usize,
  heapIds: usize,
  count: i32,
): void {
  const from = load<i32>(ranges + ((<usize>part) << 3));
  const to = load<i32>(ranges + ((<usize>part) << 3), 4);
  const firstSegment = load<i32>(segmentsOf + ((<usize>part) << 2));
  const endSegment = load<i32>(segmentsOf + ((<usize>part) << 2), 4);
  const stride = (<usize>dims) << 2;
  const two = f32x4.splat(-2);
  for (let segment = firstSegment; segment < endSegment; segment++) {
    const firstPanel = load<i32>(segments + ((<usize>segment) << 3));
    const endPanel = load<i32>(segments + ((<usize>segment) << 3), 4);
    for (let query = from; query < to; query += 4) {
      const q = queries + <usize>query * stride;
      const own = queryLengths + ((<usize>query) << 2);
      const na = v128.load32_splat(own);
      const nb = v128.load32_splat(own, 4);
      const nc = v128.load32_splat(own, 8);
      const nd = v128.load32_splat(own, 12);
      const heapStride = (<usize>count) << 2;
      const heap = heaps + <usize>query * heapStride;
      let la = v128.load32_splat(heap);
      let lb = v128.load32_splat(heap + heapStride);
      let lc = v128.load32_splat(heap + 2 * heapStride);
      let ld = v128.load32_splat(heap + 3 * heapStride);
      for (let panel = firstPanel; panel < endPanel; panel++) {
        let a0 = f32x4.splat(0);
        let a1 = a0;
        let b0 = a0;
        let b1 = a0;
        let c0 = a0;
        let c1 = a0;
        let d0 = a0;
        let d1 = a0;
        let l = q;
        let r = packed + ((<usize>panel * <usize>dims) << 5);
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
        const at = lengths + ((<usize>panel) << 5);
        const n0 = v128.load(at);
        const n1 = v128.load(at, 16);
        a0 = f32x4.add(f32x4.relaxed_madd(a0, two, n0), na);
        a1 = f32x4.add(f32x4.relaxed_madd(a1, two, n1), na);
        b0 = f32x4.add(f32x4.relaxed_madd(b0, two, n0), nb);
        b1 = f32x4.add(f32x4.relaxed_madd(b1, two, n1), nb);
        c0 = f32x4.add(f32x4.relaxed_madd(c0, two, n0), nc);
        c1 = f32x4.add(f32x4.relaxed_madd(c1, two, n1), nc);
        d0 = f32x4.add(f32x4.relaxed_madd(d0, two, n0), nd);
        d1 = f32x4.add(f32x4.relaxed_madd(d1, two, n1), nd);
        const panelIds = ids + ((<usize>panel) << 5);
        if (v128.any_true(v128.or(f32x4.lt(a0, la), f32x4.lt(a1, la)))) {
          offer(a0, a1, panelIds, queryIds, heaps, heapIds, count, query);
          la = v128.load32_splat(heap);
        }
        if (v128.any_true(v128.or(f32x4.lt(b0, lb), f32x4.lt(b1, lb)))) {
          offer(b0, b1, panelIds, queryIds, heaps, heapIds, count, query + 1);
          lb = v128.load32_splat(heap + heapStride);
        }
        if (v128.any_true(v128.or(f32x4.lt(c0, lc), f32x4.lt(c1, lc)))) {
          offer(c0, c1, panelIds, queryIds, heaps, heapIds, count, query + 2);
          lc = v128.load32_splat(heap + 2 * heapStride);
        }
        if (v128.any_true(v128.or(f32x4.lt(d0, ld), f32x4.lt(d1, ld)))) {
          offer(d0, d1, panelIds, queryIds, heaps, heapIds, count, query + 3);
          ld = v128.load32_splat(heap + 3 * heapStride);
        }
      }
    }
  }
}

/** Puts those of 8 candidates that are nearer than the farthest kept into a query's heap. */
function offer(
  low: v128,
  high: v128,
  panelIds: usize,
  queryIds: usize,
  heaps: usize,
  heapIds: usize,
  count: i32,
  query: i32,
): void {
  const at = (<usize>query * <usize>count) << 2;
  const distances = heaps + at;
  const names = heapIds + at;
  const own = load<i32>(queryIds + ((<usize>query) << 2));
  push(f32x4.extract_lane(low, 0), load<i32>(panelIds), own, distances, names, count);
  push(f32x4.extract_lane(low, 1), load<i32>(panelIds, 4), own, distances, names, count);
  push(f32x4.extract_lane(low, 2), load<i32>(panelIds, 8), own, distances, names, count);
  push(f32x4.extract_lane(low, 3), load<i32>(panelIds, 12), own, distances, names, count);
  push(f32x4.extract_lane(high, 0), load<i32>(panelIds, 16), own, distances, names, count);
  push(f32x4.extract_lane(high, 1), load<i32>(panelIds, 20), own, distances, names, count);
  push(f32x4.extract_lane(high, 2), load<i32>(panelIds, 24), own, distances, names, count);
  push(f32x4.extract_lane(high, 3), load<i32>(panelIds, 28), own, distances, names, count);
}

function push(distance: f32, id: i32, own: i32, distances: usize, names: usize, count: i32): void {
  if (!(distance < load<f32>(distances)) || id === own) return;
  sink(distance, id, distances, names, 0, count);
}

/** Puts a pair at `place` of a heap and lets it sink below all that are farther. */
function sink(distance: f32, id: i32, distances: usize, names: usize, place: i32, count: i32): void {
  for (;;) {
    let child = 2 * place + 1;
    if (child >= count) break;
    let farthest = load<f32>(distances + ((<usize>child) << 2));
    if (child + 1 < count) {
      const other = load<f32>(distances + ((<usize>child) << 2), 4);
      if (other > farthest) {
        farthest = other;
        child += 1;
      }
    }
    if (!(farthest > distance)) break;
    store<f32>(distances + ((<usize>place) << 2), farthest);
    store<i32>(names + ((<usize>place) << 2), load<i32>(names + ((<usize>child) << 2)));
    place = child;
  }
  store<f32>(distances + ((<usize>place) << 2), distance);
  store<i32>(names + ((<usize>place) << 2), id);
}

/** Sorts the heaps of the queries of a part (`perPart` each, `total` in all) from near to far. */
export function sortHeaps(
  _thread: i32,
  part: i32,
  heaps: usize,
  heapIds: usize,
  count: i32,
  perPart: i32,
  total: i32,
): void {
  const to = min((part + 1) * perPart, total);
  for (let query = part * perPart; query < to; query++) {
    const at = (<usize>query * <usize>count) << 2;
    const distances = heaps + at;
    const names = heapIds + at;
    for (let left = count - 1; left > 0; left--) {
      const end = (<usize>left) << 2;
      const distance = load<f32>(distances + end);
      const id = load<i32>(names + end);
      store<f32>(distances + end, load<f32>(distances));
      store<i32>(names + end, load<i32>(names));
      sink(distance, id, distances, names, 0, left);
    }
  }
}

/**
 * One part is one query of `asked` (rows of `points`, `[n, dims]`): tries the neighbours of its neighbours, which are
 * in `known` (`[n, count]`, sorted, with `distances`), and keeps the nearest in `heaps` and `heapIds`, which start as a
 * copy of its own. `marks` is one i32 for each row and thread, to see no row twice.
 */
export function improveNearest(
  thread: i32,
  part: i32,
  points: usize,
  n: i32,
  dims: i32,
  known: usize,
  near: i32,
  heaps: usize,
  heapIds: usize,
  count: i32,
  marks: usize,
  perPart: i32,
): void {
  const own = marks + ((<usize>thread * <usize>n) << 2);
  const stride = (<usize>dims) << 2;
  const to = min((part + 1) * perPart, n);
  for (let query = part * perPart; query < to; query++) {
    const at = (<usize>query * <usize>count) << 2;
    const distances = heaps + at;
    const names = heapIds + at;
    const first = known + at;
    const mark = query + 1;
    store<i32>(own + ((<usize>query) << 2), mark);
    for (let i = 0; i < count; i++) {
      const id = load<i32>(first + ((<usize>i) << 2));
      if (id >= 0) store<i32>(own + ((<usize>id) << 2), mark);
    }
    const q = points + <usize>query * stride;
    for (let i = 0; i < near; i++) {
      const id = load<i32>(first + ((<usize>i) << 2));
      if (id < 0) continue;
      const second = known + ((<usize>id * <usize>count) << 2);
      for (let j = 0; j < near; j++) {
        const other = load<i32>(second + ((<usize>j) << 2));
        if (other < 0) continue;
        const seen = own + ((<usize>other) << 2);
        if (load<i32>(seen) === mark) continue;
        store<i32>(seen, mark);
        const distance = between(q, points + <usize>other * stride, stride);
        if (distance < load<f32>(distances)) sink(distance, other, distances, names, 0, count);
      }
    }
  }
}

/** Squared distance of two rows of `bytes` bytes, a multiple of 16. */
function between(a: usize, b: usize, bytes: usize): f32 {
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const d = f32x4.sub(v128.load(a + i), v128.load(b + i));
    sum = f32x4.relaxed_madd(d, d, sum);
  }
  return (
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 1) +
    f32x4.extract_lane(sum, 2) +
    f32x4.extract_lane(sum, 3)
  );
}
