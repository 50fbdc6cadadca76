import { addScaled, dot, maxAbs, scale, subtract } from './vectors.ts';
import { searchWolfe, type Objective, type Trial } from './wolfeSearch.ts';

export type { Objective, ValueAndGradient } from './wolfeSearch.ts';

export interface LbfgsIteration {
  /** 1 for the first accepted step. */
  readonly iteration: number;
  readonly value: number;
  /** Largest absolute element of the gradient. */
  readonly gradientSize: number;
  readonly evaluations: number;
  /** The accepted point; not to be changed. */
  readonly point: Float64Array;
}

export interface LbfgsProblem {
  /** Value and gradient at a point; the gradient must be a new array at each call. */
  readonly objective: Objective;
  readonly start: Float64Array;
  readonly maxIterations?: number;
  /** Converged when no element of the gradient exceeds this; default 1e-5. */
  readonly tolerance?: number;
  /** Converged when (fₖ − fₖ₊₁) / max(|fₖ|, |fₖ₊₁|, 1) falls to this; default 64 ε. About 1e-7 for float32. */
  readonly relativeReduction?: number;
  /** Pairs of differences kept; default 10. */
  readonly memory?: number;
  /** Called after each accepted step; a promise is awaited, so that the caller can yield to its event loop. */
  readonly onIteration?: (iteration: LbfgsIteration) => void | Promise<void>;
  /** Asked before every evaluation; true ends the search with the best point so far. */
  readonly shouldStop?: () => boolean;
}

/**
 * Why the search ended. `precision`: no step lowers the value any more, usual for float32 objectives.
 * `non-finite`: the value or gradient at the start was not a finite number.
 */
export type LbfgsReason = 'gradient' | 'reduction' | 'precision' | 'iterations' | 'stopped' | 'non-finite';

export interface LbfgsResult {
  /** The accepted point of lowest value; the start when there was none. Always finite if the start is. */
  readonly point: Float64Array;
  readonly value: number;
  readonly gradientSize: number;
  readonly iterations: number;
  readonly evaluations: number;
  readonly reason: LbfgsReason;
  /** True for `gradient`, `reduction` and `precision`. */
  readonly converged: boolean;
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly inverse: number;
}

/**
 * Minimises a smooth function by limited-memory BFGS
 * (Nocedal & Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 7.5) with a strong Wolfe line search.
 * Deterministic: the same objective and start give the same point.
 */
export async function minimiseLbfgs(problem: LbfgsProblem): Promise<LbfgsResult> {
  const { maxIterations = 100, tolerance = 1e-5, relativeReduction = 64 * Number.EPSILON } = problem;
  const shouldStop = problem.shouldStop ?? (() => false);
  let evaluations = 0;
  const objective: Objective = (point) => {
    evaluations += 1;
    return problem.objective(point);
  };
  let here = await evaluateStart(objective, problem.start);
  let iterations = 0;
  const finish = (reason: LbfgsReason): LbfgsResult => ({
    point: here.point,
    value: here.value,
    gradientSize: maxAbs(here.gradient),
    iterations,
    evaluations,
    reason,
    converged: reason === 'gradient' || reason === 'reduction' || reason === 'precision',
  });
  if (!Number.isFinite(here.value) || !Number.isFinite(maxAbs(here.gradient))) return finish('non-finite');
  if (maxAbs(here.gradient) <= tolerance) return finish('gradient');

  const pairs: Pair[] = [];
  while (iterations < maxIterations) {
    if (shouldStop()) return finish('stopped');
    const direction = findDirection(here.gradient, pairs);
    const slope = dot(here.gradient, direction);
    // The first direction has no scale of its own: step as SciPy and Nocedal's code do, by 1/‖g‖.
    const firstStep = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    const from: Trial = { ...here, step: 0, slope };
    const next = slope < 0 ? await searchWolfe({ objective, from, direction, firstStep, shouldStop }) : null;
    if (next === null) {
      if (shouldStop()) return finish('stopped');
      if (pairs.length === 0) return finish('precision');
      // A stale memory can spoil the direction: try once more from the plain gradient.
      pairs.length = 0;
      continue;
    }
    remember(pairs, here, next, problem.memory ?? 10);
    const reduction = (here.value - next.value) / Math.max(Math.abs(here.value), Math.abs(next.value), 1);
    here = next;
    iterations += 1;
    const gradientSize = maxAbs(here.gradient);
    const { value, point } = here;
    await problem.onIteration?.({ iteration: iterations, value, gradientSize, evaluations, point });
    if (gradientSize <= tolerance) return finish('gradient');
    if (reduction <= relativeReduction) return finish('reduction');
  }
  return finish('iterations');
}

async function evaluateStart(objective: Objective, start: Float64Array): Promise<Trial> {
  const point = Float64Array.from(start);
  const { value, gradient } = await objective(point);
  return { step: 0, point, value, gradient, slope: 0 };
}

/** −H g by the two-loop recursion, with H₀ = (sᵀy / yᵀy) I of the newest pair. */
function findDirection(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = Float64Array.from(gradient);
  const weights = new Float64Array(pairs.length);
  for (let index = pairs.length - 1; index >= 0; index -= 1) {
    const { step, change, inverse } = pairs[index]!;
    weights[index] = inverse * dot(step, direction);
    addScaled(direction, -weights[index]!, change);
  }
  const newest = pairs.at(-1);
  if (newest !== undefined) scale(direction, 1 / (newest.inverse * dot(newest.change, newest.change)));
  for (const [index, { step, change, inverse }] of pairs.entries()) {
    addScaled(direction, weights[index]! - inverse * dot(change, direction), step);
  }
  scale(direction, -1);
  return direction;
}

/** Keeps the newest pairs; one with too little curvature would make H indefinite and is left out. */
function remember(pairs: Pair[], from: Trial, to: Trial, memory: number): void {
  const step = subtract(to.point, from.point);
  const change = subtract(to.gradient, from.gradient);
  const curvature = dot(step, change);
  if (!(curvature > Number.EPSILON * dot(change, change))) return;
  pairs.push({ step, change, inverse: 1 / curvature });
  if (pairs.length > memory) pairs.shift();
}
