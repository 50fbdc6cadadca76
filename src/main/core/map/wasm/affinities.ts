// From distances of neighbours to the shares p of the pairs of a map.

/**
 * For each query of a part: finds the width of its Gaussian so that the distribution over its `count` neighbours has the
 * wanted perplexity (`entropy` is its natural logarithm), and puts the shares in the place of the squared distances.
 * Neighbours with a negative id get none. The binary search ends at a difference of 1e-5.
 */
export function calibrate(
  _thread: i32,
  part: i32,
  distances: usize,
  ids: usize,
  count: i32,
  entropy: f64,
  perPart: i32,
  total: i32,
): void {
  const to = min((part + 1) * perPart, total);
  for (let query = part * perPart; query < to; query++) {
    const at = (<usize>query * <usize>count) << 2;
    const own = distances + at;
    const end = own + ((<usize>count) << 2);
    let nearest: f32 = Infinity;
    let used = 0;
    for (let i = own, id = ids + at; i < end; i += 4, id += 4) {
      if (load<i32>(id) < 0) store<f32>(i, Infinity);
      else {
        nearest = min(nearest, load<f32>(i));
        used += 1;
      }
    }
    if (used === 0) {
      for (let i = own; i < end; i += 4) store<f32>(i, 0);
      continue;
    }
    let spread: f64 = 0;
    for (let i = own; i < end; i += 4) {
      const far = load<f32>(i) - nearest;
      if (far < Infinity) spread += far;
      store<f32>(i, -far);
    }
    // A width that suits the mean distance is a start a few steps from the end.
    let beta: f64 = spread > 0 ? <f64>used / spread : 1;
    let low: f64 = 0;
    let high: f64 = Infinity;
    for (let step = 0; step < 60; step++) {
      let sum = f32x4.splat(0);
      let weighted = f32x4.splat(0);
      const factor = f32x4.splat(<f32>beta);
      for (let i = own; i < end; i += 16) {
        const far = v128.load(i);
        const weight = exponential(f32x4.mul(far, factor));
        sum = f32x4.add(sum, weight);
        weighted = f32x4.relaxed_madd(weight, f32x4.pmax(far, f32x4.splat(-3e38)), weighted);
      }
      const all = <f64>addLanes(sum);
      const difference = Math.log(all) - (beta * <f64>addLanes(weighted)) / all - entropy;
      if (abs(difference) < 1e-5) break;
      if (difference > 0) low = beta;
      else high = beta;
      beta = high === Infinity ? beta * 2 : (low + high) / 2;
      if (beta > 1e30) break;
    }
    let sum = f32x4.splat(0);
    const factor = f32x4.splat(<f32>beta);
    for (let i = own; i < end; i += 16) {
      const weight = exponential(f32x4.mul(v128.load(i), factor));
      v128.store(i, weight);
      sum = f32x4.add(sum, weight);
    }
    const scale = f32x4.splat(1 / addLanes(sum));
    for (let i = own; i < end; i += 16) v128.store(i, f32x4.mul(v128.load(i), scale));
  }
}

/** e^x for x ≤ 0, to a millionth; 0 below −87. */
function exponential(x: v128): v128 {
  const isSmall = f32x4.lt(x, f32x4.splat(-87));
  const t = f32x4.mul(f32x4.pmax(x, f32x4.splat(-87)), f32x4.splat(<f32>1.4426950408889634));
  const whole = f32x4.floor(t);
  const f = f32x4.sub(t, whole);
  let p = f32x4.splat(<f32>1.8775767e-3);
  p = f32x4.relaxed_madd(p, f, f32x4.splat(<f32>8.9893397e-3));
  p = f32x4.relaxed_madd(p, f, f32x4.splat(<f32>5.5826318e-2));
  p = f32x4.relaxed_madd(p, f, f32x4.splat(<f32>2.4015361e-1));
  p = f32x4.relaxed_madd(p, f, f32x4.splat(<f32>6.9315308e-1));
  p = f32x4.relaxed_madd(p, f, f32x4.splat(<f32>9.9999994e-1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(whole), i32x4.splat(127)), 23);
  return v128.andnot(f32x4.mul(p, power), isSmall);
}

function addLanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** Sorts the neighbours of the queries of a part by id, with their shares. */
export function sortById(
  _thread: i32,
  part: i32,
  shares: usize,
  ids: usize,
  count: i32,
  perPart: i32,
  total: i32,
): void {
  const to = min((part + 1) * perPart, total);
  for (let query = part * perPart; query < to; query++) {
    const at = (<usize>query * <usize>count) << 2;
    for (let i = 1; i < count; i++) {
      const id = load<i32>(ids + at + ((<usize>i) << 2));
      const share = load<f32>(shares + at + ((<usize>i) << 2));
      let place = i;
      while (place > 0) {
        const before = at + ((<usize>(place - 1)) << 2);
        if (load<i32>(ids + before) <= id) break;
        store<i32>(ids + before, load<i32>(ids + before), 4);
        store<f32>(shares + before, load<f32>(shares + before), 4);
        place -= 1;
      }
      store<i32>(ids + at + ((<usize>place) << 2), id);
      store<f32>(shares + at + ((<usize>place) << 2), share);
    }
  }
}

/**
 * Turns neighbours round: who has a row among its own, in the order of the rows. `starts` `[n + 1]` i32 and `next` `[n]`
 * are zero before; `sources` and `sourceShares` get one entry for each neighbour. In one part.
 */
export function turnRound(
  _thread: i32,
  _part: i32,
  shares: usize,
  ids: usize,
  count: i32,
  n: i32,
  starts: usize,
  next: usize,
  sources: usize,
  sourceShares: usize,
): void {
  const all = <usize>n * <usize>count;
  for (let i: usize = 0; i < all; i++) {
    const id = load<i32>(ids + (i << 2));
    if (id < 0) continue;
    const at = starts + ((<usize>id) << 2);
    store<i32>(at, load<i32>(at, 4) + 1, 4);
  }
  for (let i = 0; i < n; i++) {
    const at = starts + ((<usize>i) << 2);
    store<i32>(at, load<i32>(at) + load<i32>(at, 4), 4);
    store<i32>(next + ((<usize>i) << 2), load<i32>(at));
  }
  for (let query = 0; query < n; query++) {
    const from = (<usize>query * <usize>count) << 2;
    for (let i: usize = from; i < from + ((<usize>count) << 2); i += 4) {
      const id = load<i32>(ids + i);
      if (id < 0) continue;
      const slot = next + ((<usize>id) << 2);
      const place = load<i32>(slot);
      store<i32>(slot, place + 1);
      store<i32>(sources + ((<usize>place) << 2), query);
      store<f32>(sourceShares + ((<usize>place) << 2), load<f32>(shares + i));
    }
  }
}

/**
 * Joins what a row gives and what it is given: (p + pᵀ) / 2n. With `columns` 0 only counts, to `rows[query + 1]`, up to a
 * multiple of 4; otherwise writes from `rows[query]` on, and fills up with shares of 0.
 */
export function join(
  _thread: i32,
  part: i32,
  shares: usize,
  ids: usize,
  count: i32,
  n: i32,
  starts: usize,
  sources: usize,
  sourceShares: usize,
  rows: usize,
  columns: usize,
  joined: usize,
  perPart: i32,
): void {
  const to = min((part + 1) * perPart, n);
  const factor: f32 = <f32>(0.5 / <f64>n);
  for (let query = part * perPart; query < to; query++) {
    let own = <usize>query * <usize>count;
    const ownEnd = own + <usize>count;
    while (own < ownEnd && load<i32>(ids + (own << 2)) < 0) own += 1;
    let other = <usize>load<i32>(starts + ((<usize>query) << 2));
    const otherEnd = <usize>load<i32>(starts + ((<usize>query) << 2), 4);
    const first = load<i32>(rows + ((<usize>query) << 2));
    let place: usize = columns === 0 ? 0 : <usize>first;
    while (own < ownEnd || other < otherEnd) {
      const a = own < ownEnd ? load<i32>(ids + (own << 2)) : i32.MAX_VALUE;
      const b = other < otherEnd ? load<i32>(sources + (other << 2)) : i32.MAX_VALUE;
      let share: f32 = 0;
      if (a <= b) share += load<f32>(shares + (own++ << 2));
      if (b <= a) share += load<f32>(sourceShares + (other++ << 2));
      if (columns !== 0) {
        store<i32>(columns + (place << 2), min(a, b));
        store<f32>(joined + (place << 2), share * factor);
      }
      place += 1;
    }
    while ((place & 3) !== 0) {
      if (columns !== 0) {
        store<i32>(columns + (place << 2), query);
        store<f32>(joined + (place << 2), 0);
      }
      place += 1;
    }
    if (columns === 0) store<i32>(rows + ((<usize>query) << 2), <i32>place, 4);
  }
}
