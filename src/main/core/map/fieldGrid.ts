import type { KernelPool } from './kernels/kernelPool.ts';
import { everyRow, packRows } from './kernels/packedRows.ts';

/** The distance of grid nodes at first; the kernel 1 / (1 + d²) has the width 1. */
const STEP = 0.4;
/** Grids that points are spread on side by side, whatever the number of threads. */
const COPIES = 4;
/** Nodes beside the outermost points: splines reach two nodes, and one is for rounding. */
const MARGIN = 6;
const SMALLEST = 16;
/** Wider maps get a coarser grid: their points are so far from each other that they hardly push. */
const LARGEST = 1_024;
const COARSER = 1.5;

/** How wide a grid is, in nodes, and how far they are from each other. */
export interface GridSize {
  readonly half: number;
  readonly step: number;
}

/** Half the slopes of the potential, as `findForces` reads them. */
export interface Field {
  /** `[2, half, half] float32`: across, down. */
  readonly slopes: number;
  readonly half: number;
  readonly left: number;
  readonly top: number;
  readonly scale: number;
  /** The potential at the points, summed over them. */
  readonly sum: number;
}

export interface Bounds {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * The slopes of the potential Σ 1 / (1 + |y − yⱼ|²) of points in the plane on a grid, by one forward and one inverse
 * complex transform: what Linderman et al. 2019 do with polynomials, with cubic B-splines and the kernel that makes their
 * error least (Hockney and Eastwood's optimal influence function). Slopes are taken in the spectrum, so that no point
 * pushes itself. The grid grows with the map.
 */
export class FieldGrid {
  readonly #pool: KernelPool;
  readonly #start: number;
  #half = 0;
  #step = STEP;
  #kernel = 0;
  #twiddles = 0;
  #grids = 0;
  #spectrum = 0;
  #slopes = 0;
  #waves = 0;
  #sums = 0;
  #scratch = 0;

  /** Takes the end of the pool's memory for itself. */
  constructor(pool: KernelPool) {
    this.#pool = pool;
    this.#start = pool.mark();
  }

  /** The width in nodes and their distance; both only ever grow. */
  get size(): GridSize {
    return { half: this.#half, step: this.#step };
  }

  /** Makes the grid at least so wide. */
  reserve({ half, step }: GridSize): void {
    if (half <= this.#half && step <= this.#step) return;
    this.#step = step;
    this.#half = half;
    const pool = this.#pool;
    pool.release(this.#start);
    const full = 2 * half;
    const columns = countColumns(half);
    this.#kernel = pool.take(full * columns * 4);
    this.#twiddles = pool.place(makeTwiddles(full));
    this.#grids = pool.take(COPIES * half * half * 4);
    this.#spectrum = pool.take(4 * half * columns * 4);
    this.#slopes = pool.take(2 * half * half * 4);
    this.#waves = pool.place(makeWaves(full, step));
    this.#sums = pool.take(columns * 2);
    this.#scratch = pool.take(pool.threads * full * 96);
    writeKernel(pool, this.#kernel, half, step);
  }

  /** The potential of `[n, 2] float32` positions within some bounds. */
  compute(positions: number, n: number, bounds: Bounds): Field {
    const span = Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top);
    let step = this.#step;
    while (span / step + MARGIN > LARGEST) step *= COARSER;
    this.reserve({ half: Math.max(this.#half, chooseHalf(span / step)), step });
    const half = this.#half;
    const pool = this.#pool;
    const scale = 1 / step;
    const left = (bounds.left + bounds.right) / 2 - (half / 2) * step;
    const top = (bounds.top + bounds.bottom) / 2 - (half / 2) * step;
    const columns = countColumns(half);
    const perPart = Math.ceil(n / COPIES);
    const [grids, spectrum, twiddles, scratch] = [this.#grids, this.#spectrum, this.#twiddles, this.#scratch];
    pool.run('spreadPoints', COPIES, positions, n, perPart, grids, half, left, top, scale);
    pool.run('transformRows', half / 8, grids, COPIES, half, columns, spectrum, twiddles, scratch);
    const given = [spectrum, this.#kernel, this.#waves, twiddles, scratch, this.#sums];
    pool.run('convolveColumns', columns / 4, half, columns, ...given);
    pool.run('restoreRows', half / 4, half, columns, spectrum, this.#slopes, twiddles, scratch);
    const sum = pool.doubles(this.#sums, columns / 4).reduce((all, each) => all + each, 0);
    return { slopes: this.#slopes, half, left, top, scale, sum };
  }
}

const countColumns = (half: number): number => Math.ceil((half + 1) / 4) * 4;

/** The smallest width that holds a span of so many steps: 8 times a number with no other prime factors than 2, 3 and 5. */
function chooseHalf(steps: number): number {
  const needed = Math.max(SMALLEST, Math.ceil(steps) + MARGIN);
  for (let m = Math.ceil(needed / 8); ; m++) {
    let rest = m;
    for (const prime of [2, 3, 5]) while (rest % prime === 0) rest /= prime;
    if (rest === 1) return 8 * m;
  }
}

/** Half of each wave number; the highest, which has no sign, counts as none. */
function makeWaves(full: number, step: number): Float32Array {
  return Float32Array.from({ length: full }, (_, k) => {
    if (2 * k === full) return 0;
    return (Math.PI * (2 * k < full ? k : k - full)) / (full * step);
  });
}

function makeTwiddles(full: number): Float32Array {
  const twiddles = new Float32Array(2 * full);
  for (let i = 0; i < full; i++) {
    twiddles[2 * i] = Math.cos((2 * Math.PI * i) / full);
    twiddles[2 * i + 1] = -Math.sin((2 * Math.PI * i) / full);
  }
  return twiddles;
}

/** The kernel's spectrum over the splines': `[2 · half, columns] float32`. */
function writeKernel(pool: KernelPool, kernel: number, half: number, step: number): void {
  const full = 2 * half;
  const columns = countColumns(half);
  const m = half + 1;
  const values = new Float32Array(m * m);
  const cosines = new Float32Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      values[i * m + j] = 1 / (1 + step * step * (i * i + j * j));
      // Each distance but the first and the last is met on both sides.
      cosines[j * m + i] =
        (i === 0 || i === half ? 1 : 2) * Math.cos((2 * Math.PI * ((i * j) % full)) / full);
    }
  }
  // The kernel is even both ways: its transform is two products with cosines.
  const spectrum = multiplySquare(
    pool,
    cosines,
    transposeSquare(multiplySquare(pool, values, cosines, m), m),
    m,
  );
  const out = pool.floats(kernel, full * columns).fill(0);
  const factor = Float64Array.from({ length: m }, (_, k) => findInfluence((2 * Math.PI * k) / full) / full);
  for (let y = 0; y < full; y++) {
    const row = Math.min(y, full - y);
    for (let x = 0; x < m; x++) out[y * columns + x] = spectrum[row * m + x]! * factor[row]! * factor[x]!;
  }
}

/**
 * The factor for one direction of a wave by its angle per node: what a spline sees of it, twice, over all waves that look
 * alike on the grid, squared (Hockney and Eastwood 8-22).
 */
function findInfluence(angle: number): number {
  const seen = angle === 0 ? 1 : (Math.sin(angle / 2) / (angle / 2)) ** 8;
  const all = (2416 + 2382 * Math.cos(angle) + 240 * Math.cos(2 * angle) + 2 * Math.cos(3 * angle)) / 5040;
  return seen / all ** 2;
}

/** `left · rightᵀ` of two `[m, m]` matrices. */
function multiplySquare(pool: KernelPool, left: Float32Array, right: Float32Array, m: number): Float32Array {
  const start = pool.mark();
  const rows = pool.take((m + 4) * m * 4);
  pool.floats(rows, m * m).set(left);
  const { packed, panels } = packRows(pool, right, m, everyRow(m));
  const out = pool.take((m + 4) * panels * 32);
  pool.run('multiply', Math.ceil(m / 32), rows, m, m, packed, panels, out, 32);
  const found = pool.floats(out, m * panels * 8);
  const result = new Float32Array(m * m);
  for (let i = 0; i < m; i++) result.set(found.subarray(i * panels * 8, i * panels * 8 + m), i * m);
  pool.release(start);
  return result;
}

function transposeSquare(matrix: Float32Array, m: number): Float32Array {
  const turned = new Float32Array(m * m);
  for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) turned[j * m + i] = matrix[i * m + j]!;
  return turned;
}
