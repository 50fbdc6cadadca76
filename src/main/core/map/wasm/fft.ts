// Complex Fourier transforms of four signals at once, one in each lane: element i is 32 bytes, real lanes then imaginary.
// Stockham's order: no bit reversal, two buffers in turn. Lengths are 2^a · 3^b · 5^c.

/**
 * Transforms `n` elements of `buffer`, with as many of scratch right behind them; returns where the result is, which is
 * one of the two. `twiddles` holds cos and −sin of 2πi/n for i below n, as pairs.
 */
export function transform(buffer: usize, n: i32, twiddles: usize): usize {
  let source = buffer;
  let target = buffer + ((<usize>n) << 5);
  let left = n;
  let stride = 1;
  while (left > 1) {
    const radix = left % 4 === 0 ? 4 : left % 2 === 0 ? 2 : left % 3 === 0 ? 3 : 5;
    if (radix === 4) pass4(source, target, left, stride, n, twiddles);
    else if (radix === 2) pass2(source, target, left, stride, n, twiddles);
    else if (radix === 3) pass3(source, target, left, stride, n, twiddles);
    else pass5(source, target, left, stride, n, twiddles);
    left /= radix;
    stride *= radix;
    const swap = source;
    source = target;
    target = swap;
  }
  return source;
}

function pass4(source: usize, target: usize, left: i32, stride: i32, n: i32, twiddles: usize): void {
  const m = left >> 2;
  const step = n / left;
  const apart = (<usize>stride * <usize>m) << 5;
  const gap = (<usize>stride) << 5;
  for (let q = 0; q < m; q++) {
    const w1 = twiddles + ((<usize>(q * step)) << 3);
    const w2 = twiddles + ((<usize>(2 * q * step)) << 3);
    const w3 = twiddles + ((<usize>(3 * q * step)) << 3);
    const c1 = v128.load32_splat(w1);
    const s1 = v128.load32_splat(w1, 4);
    const c2 = v128.load32_splat(w2);
    const s2 = v128.load32_splat(w2, 4);
    const c3 = v128.load32_splat(w3);
    const s3 = v128.load32_splat(w3, 4);
    let from = source + <usize>q * gap;
    let to = target + <usize>(4 * q) * gap;
    const end = from + gap;
    while (from < end) {
      const ar = v128.load(from);
      const ai = v128.load(from, 16);
      const br = v128.load(from + apart);
      const bi = v128.load(from + apart, 16);
      const cr = v128.load(from + 2 * apart);
      const ci = v128.load(from + 2 * apart, 16);
      const dr = v128.load(from + 3 * apart);
      const di = v128.load(from + 3 * apart, 16);
      const acr = f32x4.add(ar, cr);
      const aci = f32x4.add(ai, ci);
      const amr = f32x4.sub(ar, cr);
      const ami = f32x4.sub(ai, ci);
      const bdr = f32x4.add(br, dr);
      const bdi = f32x4.add(bi, di);
      // −i (b − d)
      const jr = f32x4.sub(bi, di);
      const ji = f32x4.sub(dr, br);
      v128.store(to, f32x4.add(acr, bdr));
      v128.store(to, f32x4.add(aci, bdi), 16);
      storeTurned(to + gap, f32x4.add(amr, jr), f32x4.add(ami, ji), c1, s1);
      storeTurned(to + 2 * gap, f32x4.sub(acr, bdr), f32x4.sub(aci, bdi), c2, s2);
      storeTurned(to + 3 * gap, f32x4.sub(amr, jr), f32x4.sub(ami, ji), c3, s3);
      from += 32;
      to += 32;
    }
  }
}

function pass2(source: usize, target: usize, left: i32, stride: i32, n: i32, twiddles: usize): void {
  const m = left >> 1;
  const step = n / left;
  const apart = (<usize>stride * <usize>m) << 5;
  const gap = (<usize>stride) << 5;
  for (let q = 0; q < m; q++) {
    const w1 = twiddles + ((<usize>(q * step)) << 3);
    const c1 = v128.load32_splat(w1);
    const s1 = v128.load32_splat(w1, 4);
    let from = source + <usize>q * gap;
    let to = target + <usize>(2 * q) * gap;
    const end = from + gap;
    while (from < end) {
      const ar = v128.load(from);
      const ai = v128.load(from, 16);
      const br = v128.load(from + apart);
      const bi = v128.load(from + apart, 16);
      v128.store(to, f32x4.add(ar, br));
      v128.store(to, f32x4.add(ai, bi), 16);
      storeTurned(to + gap, f32x4.sub(ar, br), f32x4.sub(ai, bi), c1, s1);
      from += 32;
      to += 32;
    }
  }
}

function pass3(source: usize, target: usize, left: i32, stride: i32, n: i32, twiddles: usize): void {
  const m = left / 3;
  const step = n / left;
  const apart = (<usize>stride * <usize>m) << 5;
  const gap = (<usize>stride) << 5;
  const half = f32x4.splat(-0.5);
  const side = f32x4.splat(<f32>0.8660254037844386);
  for (let q = 0; q < m; q++) {
    const w1 = twiddles + ((<usize>(q * step)) << 3);
    const w2 = twiddles + ((<usize>(2 * q * step)) << 3);
    const c1 = v128.load32_splat(w1);
    const s1 = v128.load32_splat(w1, 4);
    const c2 = v128.load32_splat(w2);
    const s2 = v128.load32_splat(w2, 4);
    let from = source + <usize>q * gap;
    let to = target + <usize>(3 * q) * gap;
    const end = from + gap;
    while (from < end) {
      const ar = v128.load(from);
      const ai = v128.load(from, 16);
      const br = v128.load(from + apart);
      const bi = v128.load(from + apart, 16);
      const cr = v128.load(from + 2 * apart);
      const ci = v128.load(from + 2 * apart, 16);
      const sr = f32x4.add(br, cr);
      const si = f32x4.add(bi, ci);
      const mr = f32x4.relaxed_madd(half, sr, ar);
      const mi = f32x4.relaxed_madd(half, si, ai);
      // −i (b − c) sin 60°
      const jr = f32x4.mul(side, f32x4.sub(bi, ci));
      const ji = f32x4.mul(side, f32x4.sub(cr, br));
      v128.store(to, f32x4.add(ar, sr));
      v128.store(to, f32x4.add(ai, si), 16);
      storeTurned(to + gap, f32x4.add(mr, jr), f32x4.add(mi, ji), c1, s1);
      storeTurned(to + 2 * gap, f32x4.sub(mr, jr), f32x4.sub(mi, ji), c2, s2);
      from += 32;
      to += 32;
    }
  }
}

function pass5(source: usize, target: usize, left: i32, stride: i32, n: i32, twiddles: usize): void {
  const m = left / 5;
  const step = n / left;
  const apart = (<usize>stride * <usize>m) << 5;
  const gap = (<usize>stride) << 5;
  const cosA = f32x4.splat(<f32>0.30901699437494745);
  const cosB = f32x4.splat(<f32>-0.8090169943749475);
  const sinA = f32x4.splat(<f32>0.9510565162951535);
  const sinB = f32x4.splat(<f32>0.5877852522924731);
  for (let q = 0; q < m; q++) {
    const w1 = twiddles + ((<usize>(q * step)) << 3);
    const w2 = twiddles + ((<usize>(2 * q * step)) << 3);
    const w3 = twiddles + ((<usize>(3 * q * step)) << 3);
    const w4 = twiddles + ((<usize>(4 * q * step)) << 3);
    let from = source + <usize>q * gap;
    let to = target + <usize>(5 * q) * gap;
    const end = from + gap;
    while (from < end) {
      const ar = v128.load(from);
      const ai = v128.load(from, 16);
      const br = v128.load(from + apart);
      const bi = v128.load(from + apart, 16);
      const cr = v128.load(from + 2 * apart);
      const ci = v128.load(from + 2 * apart, 16);
      const dr = v128.load(from + 3 * apart);
      const di = v128.load(from + 3 * apart, 16);
      const er = v128.load(from + 4 * apart);
      const ei = v128.load(from + 4 * apart, 16);
      const pr = f32x4.add(br, er);
      const pi = f32x4.add(bi, ei);
      const qr = f32x4.add(cr, dr);
      const qi = f32x4.add(ci, di);
      const mr = f32x4.sub(br, er);
      const mi = f32x4.sub(bi, ei);
      const kr = f32x4.sub(cr, dr);
      const ki = f32x4.sub(ci, di);
      const xr = f32x4.relaxed_madd(cosB, qr, f32x4.relaxed_madd(cosA, pr, ar));
      const xi = f32x4.relaxed_madd(cosB, qi, f32x4.relaxed_madd(cosA, pi, ai));
      const yr = f32x4.relaxed_madd(cosA, qr, f32x4.relaxed_madd(cosB, pr, ar));
      const yi = f32x4.relaxed_madd(cosA, qi, f32x4.relaxed_madd(cosB, pi, ai));
      // −i (sinA m + sinB k) and −i (sinB m − sinA k)
      const ur = f32x4.relaxed_madd(sinB, ki, f32x4.mul(sinA, mi));
      const ui = f32x4.neg(f32x4.relaxed_madd(sinB, kr, f32x4.mul(sinA, mr)));
      const vr = f32x4.sub(f32x4.mul(sinB, mi), f32x4.mul(sinA, ki));
      const vi = f32x4.sub(f32x4.mul(sinA, kr), f32x4.mul(sinB, mr));
      v128.store(to, f32x4.add(ar, f32x4.add(pr, qr)));
      v128.store(to, f32x4.add(ai, f32x4.add(pi, qi)), 16);
      storeTurned(
        to + gap,
        f32x4.add(xr, ur),
        f32x4.add(xi, ui),
        v128.load32_splat(w1),
        v128.load32_splat(w1, 4),
      );
      storeTurned(
        to + 2 * gap,
        f32x4.add(yr, vr),
        f32x4.add(yi, vi),
        v128.load32_splat(w2),
        v128.load32_splat(w2, 4),
      );
      storeTurned(
        to + 3 * gap,
        f32x4.sub(yr, vr),
        f32x4.sub(yi, vi),
        v128.load32_splat(w3),
        v128.load32_splat(w3, 4),
      );
      storeTurned(
        to + 4 * gap,
        f32x4.sub(xr, ur),
        f32x4.sub(xi, ui),
        v128.load32_splat(w4),
        v128.load32_splat(w4, 4),
      );
      from += 32;
      to += 32;
    }
  }
}

/** Stores (r + i·m) · (c + i·s). */
function storeTurned(to: usize, r: v128, m: v128, c: v128, s: v128): void {
  v128.store(to, f32x4.sub(f32x4.mul(r, c), f32x4.mul(m, s)));
  v128.store(to, f32x4.relaxed_madd(r, s, f32x4.mul(m, c)), 16);
}
