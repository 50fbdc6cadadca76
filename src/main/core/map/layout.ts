import type { Affinities } from './affinities.ts';
import { FieldGrid, type Bounds, type GridSize } from './fieldGrid.ts';
import type { KernelPool } from './kernels/kernelPool.ts';

/** How the layout is run. */
export interface Schedule {
  /** Iterations in all. */
  readonly iterations: number;
  /** Attraction is this much stronger in the first third of them. */
  readonly exaggeration: number;
}

/** Everything that a layout needs to go on as if it had never stopped. */
export interface LayoutState {
  readonly iteration: number;
  /** `[n, 2] float32` each. */
  readonly positions: Float32Array;
  readonly speeds: Float32Array;
  readonly gains: Float32Array;
  /** The mean that is still to be taken off. */
  readonly shift: readonly [number, number];
  /** null before the first step. */
  readonly grid: GridSize | null;
}

/** While attraction is exaggerated; 0.5 ends in worse layouts. */
const EARLY_MOMENTUM = 0.8;
/** Afterwards: 0.9 brings large maps, which 750 steps do not bring to rest, farther than the usual 0.8. */
const MOMENTUM = 0.9;
/** No point moves farther in one step. */
const LONGEST_STEP = 5;
const FORCE_PARTS = 64;

/** A first layout at rest. @param start `[n, 2] float32` */
export function startLayout(start: Float32Array): LayoutState {
  return {
    iteration: 0,
    positions: start,
    speeds: new Float32Array(start.length),
    gains: new Float32Array(start.length).fill(1),
    shift: [0, 0],
    grid: null,
  };
}

/**
 * t-SNE by gradient descent with momentum and gains (van der Maaten 2014), repulsion from a grid. The learning rate is
 * n / exaggeration (Belkina et al. 2019). The same state always leads to the same layout.
 */
export class Layout {
  readonly #pool: KernelPool;
  readonly #affinities: Affinities;
  readonly #schedule: Schedule;
  readonly #n: number;
  readonly #grid: FieldGrid;
  readonly #perPart: number;
  readonly #positions: number;
  readonly #speeds: number;
  readonly #gains: number;
  readonly #attraction: number;
  readonly #repulsion: number;
  readonly #sums: number;
  readonly #bounds: number;
  #iteration: number;
  #shift: readonly [number, number];
  #extent: Bounds;

  /** Takes the end of the pool's memory for itself. */
  constructor(pool: KernelPool, affinities: Affinities, schedule: Schedule, state: LayoutState) {
    const { n } = affinities;
    this.#pool = pool;
    this.#affinities = affinities;
    this.#schedule = schedule;
    this.#n = n;
    this.#perPart = Math.ceil(n / FORCE_PARTS);
    this.#positions = pool.place(state.positions);
    this.#speeds = pool.place(state.speeds);
    this.#gains = pool.place(state.gains);
    this.#attraction = pool.take(n * 8);
    this.#repulsion = pool.take(n * 8);
    this.#sums = pool.take(FORCE_PARTS * 16);
    this.#bounds = pool.take(FORCE_PARTS * 48);
    this.#grid = new FieldGrid(pool);
    if (state.grid !== null) this.#grid.reserve(state.grid);
    this.#iteration = state.iteration;
    this.#shift = state.shift;
    this.#extent = measureBounds(state.positions);
  }

  get iteration(): number {
    return this.#iteration;
  }

  get isDone(): boolean {
    return this.#iteration >= this.#schedule.iterations;
  }

  /** Takes one step. */
  step(): void {
    const { iterations, exaggeration: early } = this.#schedule;
    const isEarly = this.#iteration < Math.floor(iterations / 3);
    const exaggeration = isEarly ? early : 1;
    const momentum = isEarly ? EARLY_MOMENTUM : MOMENTUM;
    const z = this.#findForces();
    this.#pool.run(
      'movePoints',
      FORCE_PARTS,
      ...[
        this.#positions,
        this.#n,
        this.#perPart,
        this.#attraction,
        this.#repulsion,
        this.#speeds,
        this.#gains,
      ],
      ...[exaggeration, 1 / z, momentum, this.#n / exaggeration, LONGEST_STEP, ...this.#shift, this.#bounds],
    );
    this.#readBounds();
    this.#iteration += 1;
  }

  /** The Kullback–Leibler divergence of the layout as it is. */
  measureDivergence(): number {
    const z = this.#findForces();
    const { rows, columns, shares } = this.#affinities;
    const given = [this.#positions, this.#n, this.#perPart, rows, columns, shares, this.#sums];
    this.#pool.run('sumDivergence', FORCE_PARTS, ...given);
    const sums = this.#pool.doubles(this.#sums, 2 * FORCE_PARTS);
    let [first, second] = [0, 0];
    for (let part = 0; part < FORCE_PARTS; part++) {
      first += sums[2 * part]!;
      second += sums[2 * part + 1]!;
    }
    return first + Math.log(z) * second;
  }

  /** The gradient at the present positions, `[n, 2]`, without exaggeration and without the factor of 4. */
  gradient(): Float32Array {
    const z = this.#findForces();
    const repulsion = this.#pool.floats(this.#repulsion, 2 * this.#n);
    return this.#pool.floats(this.#attraction, 2 * this.#n).map((pull, i) => pull + repulsion[i]! / z);
  }

  /** `[n, 2] float32`, a copy. */
  positions(): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.#pool.floats(this.#positions, 2 * this.#n));
  }

  state(): LayoutState {
    const copy = (address: number): Float32Array =>
      Float32Array.from(this.#pool.floats(address, 2 * this.#n));
    return {
      iteration: this.#iteration,
      positions: this.positions(),
      speeds: copy(this.#speeds),
      gains: copy(this.#gains),
      shift: this.#shift,
      grid: this.#grid.size,
    };
  }

  /** Fills attraction and repulsion; returns Z, the sum of 1 / (1 + d²) over all ordered pairs. */
  #findForces(): number {
    const { slopes, half, left, top, scale, sum } = this.#grid.compute(
      this.#positions,
      this.#n,
      this.#extent,
    );
    const { rows, columns, shares } = this.#affinities;
    this.#pool.run(
      'findForces',
      FORCE_PARTS,
      ...[this.#positions, this.#n, this.#perPart, rows, columns, shares, slopes, half, left, top, scale],
      ...[this.#attraction, this.#repulsion],
    );
    // Each point's own potential of 1 is no pair.
    return Math.max(sum - this.#n, 1e-12);
  }

  #readBounds(): void {
    const parts = this.#pool.doubles(this.#bounds, 6 * FORCE_PARTS);
    let [left, right, top, bottom, x, y] = [Infinity, -Infinity, Infinity, -Infinity, 0, 0];
    for (let at = 0; at < parts.length; at += 6) {
      left = Math.min(left, parts[at]!);
      right = Math.max(right, parts[at + 1]!);
      top = Math.min(top, parts[at + 2]!);
      bottom = Math.max(bottom, parts[at + 3]!);
      x += parts[at + 4]!;
      y += parts[at + 5]!;
    }
    this.#extent = { left, right, top, bottom };
    this.#shift = [-x / this.#n, -y / this.#n];
  }
}

function measureBounds(positions: Float32Array): Bounds {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < positions.length; i += 2) {
    left = Math.min(left, positions[i]!);
    right = Math.max(right, positions[i]!);
    top = Math.min(top, positions[i + 1]!);
    bottom = Math.max(bottom, positions[i + 1]!);
  }
  return { left, right, top, bottom };
}
