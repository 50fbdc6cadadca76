import { FoveaError, throwIfCancelled } from '../../../shared/errors.ts';
import { FEWEST_MAPPED, type MapFigures, type MapParams } from '../../../shared/map.ts';
import { breathe } from '../breathe.ts';
import { createRandom } from '../math/random.ts';
import { countNeighbours, findAffinities } from './affinities.ts';
import type { KernelPool } from './kernels/kernelPool.ts';
import { Layout, startLayout, type LayoutState } from './layout.ts';
import { measureFaithfulness } from './mapQuality.ts';
import { findNearestRows } from './nearestRows.ts';
import { findPrincipalComponents, projectRows, type PrincipalComponents } from './principalComponents.ts';
import type { RowSource } from './rowSource.ts';

/** How a map is followed, ended, and gone on with. */
export interface MapProgress {
  readonly signal: AbortSignal;
  readonly phase: (phase: string, done: number, total: number | null) => void;
  /** A layout to show; called a few times a second. */
  readonly show: (iteration: number, positions: Float32Array) => void;
  /** Where an ended run of the same map was; null to begin. */
  readonly resumed: LayoutState | null;
  /** Keeps where this run is. */
  readonly keep: (state: LayoutState) => Promise<void>;
}

export interface FinishedMap {
  readonly components: PrincipalComponents;
  /** `[n, dims] float32` */
  readonly points: Float32Array;
  readonly dims: number;
  /** `[n, 2] float32` */
  readonly positions: Float32Array;
  readonly figures: MapFigures;
}

const COMPONENTS = 50;
/** The width of the first layout. */
const START_WIDTH = 1e-4;
/** How long the thread computes before it looks for a cancel, and how often a layout is shown and kept. */
const BREATHE_MS = 40;
const SHOW_MS = 300;
const KEEP_MS = 10_000;

/**
 * A map of rows: principal components, neighbours, layout, and how good it is. The same rows, parameters and seed give the
 * same map, also when it was ended and went on.
 * @throws FoveaError `invalid` for fewer than 10 rows or rows that are all alike, `cancelled`
 */
export async function makeMap(
  pool: KernelPool,
  source: RowSource,
  params: MapParams,
  progress: MapProgress,
): Promise<FinishedMap> {
  const { signal, phase } = progress;
  if (source.n < FEWEST_MAPPED) {
    throw new FoveaError(
      'invalid',
      `A map needs at least ${FEWEST_MAPPED} images, and there are ${source.n}.`,
      {
        todo: 'Import more images, or compute the features that are missing by training once.',
      },
    );
  }
  const clock = startClock();
  phase('finding the main directions', 0, null);
  const components = await findPrincipalComponents(pool, source, COMPONENTS, params.seed, signal);
  const { points, dims } = await projectRows(pool, source, components, signal);
  requireDifferences(components);
  const pca = clock();
  phase('finding neighbours', 0, null);
  await breathe();
  throwIfCancelled(signal);
  const count = countNeighbours(params.perplexity, source.n);
  const near = findNearestRows(pool, points, dims, count, { seed: params.seed, signal });
  const affinities = findAffinities(pool, near, params.perplexity);
  const neighbours = clock();
  await breathe();
  throwIfCancelled(signal);
  const start = progress.resumed ?? startLayout(firstPositions(points, dims, components, params));
  const layout = new Layout(pool, affinities, params, start);
  await runLayout(layout, params.iterations, progress);
  const seconds = { pca, neighbours, layout: clock() };
  phase('measuring the map', 0, null);
  await breathe();
  const kl = layout.measureDivergence();
  const positions = layout.positions();
  const faithfulness = measureFaithfulness(pool, points, dims, positions, params.seed);
  return { components, points, dims, positions, figures: { kl, ...faithfulness, seconds } };
}

async function runLayout(layout: Layout, iterations: number, progress: MapProgress): Promise<void> {
  let [breathed, shown, kept] = [performance.now(), 0, performance.now()];
  while (!layout.isDone) {
    layout.step();
    const now = performance.now();
    if (now - breathed < BREATHE_MS) continue;
    if (now - shown > SHOW_MS) {
      progress.show(layout.iteration, layout.positions());
      shown = now;
    }
    progress.phase('laying out', layout.iteration, iterations);
    await breathe();
    breathed = performance.now();
    if (progress.signal.aborted || now - kept > KEEP_MS) {
      await progress.keep(layout.state());
      kept = performance.now();
    }
    throwIfCancelled(progress.signal);
  }
  progress.phase('laying out', iterations, iterations);
}

function requireDifferences({ variances, mean }: PrincipalComponents): void {
  const size = mean.reduce((sum, value) => sum + value * value, 0);
  // What rounding alone makes of rows that are all alike.
  if (variances[0]! > 1e-10 * size && variances[0]! > 0) return;
  throw new FoveaError('invalid', 'All images have the same features, so there is nothing to lay out.', {
    todo: 'Look whether the same picture was imported many times.',
  });
}

function firstPositions(
  points: Float32Array,
  dims: number,
  { variances }: PrincipalComponents,
  { start, seed }: MapParams,
): Float32Array {
  const random = createRandom(seed);
  const width = START_WIDTH / Math.sqrt(variances[0]!);
  return Float32Array.from({ length: (2 * points.length) / dims }, (_, i) =>
    start === 'random' ? START_WIDTH * random.normal() : width * points[(i >> 1) * dims + (i & 1)]!,
  );
}

/** Seconds since the last call. */
function startClock(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    return Math.round(seconds * 1000) / 1000;
  };
}
