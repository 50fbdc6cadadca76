// What moves the points of a map: the attraction of neighbours, the repulsion of all, and gradient descent.

import { weights } from './grid';

/**
 * The gradient at the points of a part without repulsion's share of 1 / Z, as two arrays `[n, 2] float32`: the attraction,
 * Σ p q (yᵢ − yⱼ), and half the slope of the potential, read from two grids `[half, half] float32`. Neighbours are rows of
 * multiples of four: `rows` `[n + 1]` i32, `columns` i32, `shares` f32.
 */
export function findForces(
  _thread: i32,
  part: i32,
  positions: usize,
  n: i32,
  perPart: i32,
  rows: usize,
  columns: usize,
  shares: usize,
  slopes: usize,
  half: i32,
  left: f32,
  top: f32,
  scale: f32,
  attraction: usize,
  repulsion: usize,
): void {
  const rowBytes = (<usize>half) << 2;
  const to = min((part + 1) * perPart, n);
  const one = f32x4.splat(1);
  const grid = rowBytes * <usize>half;
  for (let i = part * perPart; i < to; i++) {
    const at = positions + ((<usize>i) << 3);
    const ownX = load<f32>(at);
    const ownY = load<f32>(at, 4);
    const xs = f32x4.splat(ownX);
    const ys = f32x4.splat(ownY);
    let forceX = f32x4.splat(0);
    let forceY = forceX;
    const first = load<i32>(rows + ((<usize>i) << 2));
    const end = columns + ((<usize>load<i32>(rows + ((<usize>i) << 2), 4)) << 2);
    let share = shares + ((<usize>first) << 2);
    for (let column = columns + ((<usize>first) << 2); column < end; column += 16, share += 16) {
      let a = v128.load_zero<u64>(positions + ((<usize>load<u32>(column)) << 3));
      a = v128.load_lane<u64>(positions + ((<usize>load<u32>(column, 4)) << 3), a, 1);
      let b = v128.load_zero<u64>(positions + ((<usize>load<u32>(column, 8)) << 3));
      b = v128.load_lane<u64>(positions + ((<usize>load<u32>(column, 12)) << 3), b, 1);
      const dx = f32x4.sub(xs, v128.shuffle<f32>(a, b, 0, 2, 4, 6));
      const dy = f32x4.sub(ys, v128.shuffle<f32>(a, b, 1, 3, 5, 7));
      const pull = f32x4.div(v128.load(share), f32x4.relaxed_madd(dx, dx, f32x4.relaxed_madd(dy, dy, one)));
      forceX = f32x4.relaxed_madd(pull, dx, forceX);
      forceY = f32x4.relaxed_madd(pull, dy, forceY);
    }
    const force = attraction + ((<usize>i) << 3);
    store<f32>(force, total(forceX));
    store<f32>(force, total(forceY), 4);

    const x = (ownX - left) * scale;
    const y = (ownY - top) * scale;
    const column = <i32>x;
    const row = <i32>y;
    const across = weights(x - <f32>column);
    const down = weights(y - <f32>row);
    const cell = slopes + <usize>(row - 1) * rowBytes + ((<usize>(column - 1)) << 2);
    const slope = repulsion + ((<usize>i) << 3);
    store<f32>(slope, total(f32x4.mul(readGrid(cell, rowBytes, down), across)));
    store<f32>(slope, total(f32x4.mul(readGrid(cell + grid, rowBytes, down), across)), 4);
  }
}

/** Four columns of a grid, four rows summed by their weights. */
function readGrid(cell: usize, rowBytes: usize, by: v128): v128 {
  const a = f32x4.mul(v128.load(cell), v128.shuffle<f32>(by, by, 0, 0, 0, 0));
  const b = f32x4.relaxed_madd(v128.load(cell + rowBytes), v128.shuffle<f32>(by, by, 1, 1, 1, 1), a);
  const c = f32x4.relaxed_madd(v128.load(cell + 2 * rowBytes), v128.shuffle<f32>(by, by, 2, 2, 2, 2), b);
  return f32x4.relaxed_madd(v128.load(cell + 3 * rowBytes), v128.shuffle<f32>(by, by, 3, 3, 3, 3), c);
}

function total(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/**
 * One step of gradient descent with momentum and gains for the points of a part. No point moves farther than `longest`,
 * and all are moved by (`shiftX`, `shiftY`). Writes for the part, to `bounds` as 6 f64: least and greatest x, least and
 * greatest y, the sums of x and of y.
 */
export function movePoints(
  _thread: i32,
  part: i32,
  positions: usize,
  n: i32,
  perPart: i32,
  attraction: usize,
  repulsion: usize,
  speeds: usize,
  gains: usize,
  exaggeration: f32,
  inverseZ: f32,
  momentum: f32,
  rate: f32,
  longest: f32,
  shiftX: f32,
  shiftY: f32,
  bounds: usize,
): void {
  const to = min((part + 1) * perPart, n);
  let leastX: f32 = Infinity;
  let mostX: f32 = -Infinity;
  let leastY: f32 = Infinity;
  let mostY: f32 = -Infinity;
  let sumX: f64 = 0;
  let sumY: f64 = 0;
  for (let i = part * perPart; i < to; i++) {
    const at = (<usize>i) << 3;
    const gradientX = exaggeration * load<f32>(attraction + at) + inverseZ * load<f32>(repulsion + at);
    const gradientY = exaggeration * load<f32>(attraction + at, 4) + inverseZ * load<f32>(repulsion + at, 4);
    let speedX = load<f32>(speeds + at);
    let speedY = load<f32>(speeds + at, 4);
    const gainX = nextGain(load<f32>(gains + at), gradientX, speedX);
    const gainY = nextGain(load<f32>(gains + at, 4), gradientY, speedY);
    store<f32>(gains + at, gainX);
    store<f32>(gains + at, gainY, 4);
    speedX = momentum * speedX - rate * gainX * gradientX;
    speedY = momentum * speedY - rate * gainY * gradientY;
    const length = sqrt(speedX * speedX + speedY * speedY);
    if (length > longest) {
      speedX *= longest / length;
      speedY *= longest / length;
    }
    store<f32>(speeds + at, speedX);
    store<f32>(speeds + at, speedY, 4);
    const x = load<f32>(positions + at) + speedX + shiftX;
    const y = load<f32>(positions + at, 4) + speedY + shiftY;
    store<f32>(positions + at, x);
    store<f32>(positions + at, y, 4);
    leastX = min(leastX, x);
    mostX = max(mostX, x);
    leastY = min(leastY, y);
    mostY = max(mostY, y);
    sumX += x;
    sumY += y;
  }
  const out = bounds + <usize>part * 48;
  store<f64>(out, leastX);
  store<f64>(out, mostX, 8);
  store<f64>(out, leastY, 16);
  store<f64>(out, mostY, 24);
  store<f64>(out, sumX, 32);
  store<f64>(out, sumY, 40);
}

function nextGain(gain: f32, gradient: f32, speed: f32): f32 {
  const next: f32 = gradient * speed < 0 ? gain + 0.2 : gain * 0.8;
  return max<f32>(next, 0.01);
}
