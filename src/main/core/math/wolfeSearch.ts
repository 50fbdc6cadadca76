import { dot, moveAlong } from './vectors.ts';

export interface ValueAndGradient {
  readonly value: number;
  readonly gradient: Float64Array;
}

export type Objective = (point: Float64Array) => ValueAndGradient | Promise<ValueAndGradient>;

/** One evaluated point on the search line. */
export interface Trial extends ValueAndGradient {
  readonly step: number;
  readonly point: Float64Array;
  /** Derivative along the direction. */
  readonly slope: number;
}

export interface WolfeSearch {
  readonly objective: Objective;
  readonly from: Trial;
  readonly direction: Float64Array;
  readonly firstStep: number;
  readonly shouldStop: () => boolean;
}

/** Sufficient decrease and curvature, the values of Nocedal & Wright for quasi-Newton directions. */
const DECREASE = 1e-4;
const CURVATURE = 0.9;
const MAX_EVALUATIONS = 25;

/**
 * Finds a step that meets the strong Wolfe conditions along a direction of descent
 * (Nocedal & Wright, Numerical Optimization, 2nd ed., algorithms 3.5 and 3.6, cubic interpolation (3.59)).
 *
 * Points where the objective is not finite count as infinitely high, so the step shrinks away from them.
 * Returns null when no step lowers the value (the precision of the objective is used up) or on `shouldStop`.
 * When only the curvature condition cannot be met, the lowest point that decreases enough is returned.
 */
export async function searchWolfe(search: WolfeSearch): Promise<Trial | null> {
  const { from } = search;
  let previous = from;
  let step = search.firstStep;
  for (let count = 0; count < MAX_EVALUATIONS; count += 1) {
    if (search.shouldStop()) return null;
    const trial = await evaluateAt(search, step);
    if (isTooHigh(from, trial) || (count > 0 && trial.value >= previous.value)) {
      return zoom(search, previous, trial, MAX_EVALUATIONS - count);
    }
    if (Math.abs(trial.slope) <= -CURVATURE * from.slope) return trial;
    if (trial.slope >= 0) return zoom(search, trial, previous, MAX_EVALUATIONS - count);
    previous = trial;
    step *= 2;
  }
  return previous === from ? null : previous;
}

/** Narrows [low, high] until a step meets both conditions; `low` always has the lower value of the two. */
async function zoom(
  search: WolfeSearch,
  startLow: Trial,
  startHigh: Trial,
  budget: number,
): Promise<Trial | null> {
  const { from } = search;
  let low = startLow;
  let high = startHigh;
  for (let count = 0; count < budget; count += 1) {
    if (search.shouldStop()) return null;
    const trial = await evaluateAt(search, interpolate(low, high));
    if (isTooHigh(from, trial) || trial.value >= low.value) {
      high = trial;
    } else {
      if (Math.abs(trial.slope) <= -CURVATURE * from.slope) return trial;
      if (trial.slope * (high.step - low.step) >= 0) high = low;
      low = trial;
    }
    if (Math.abs(high.step - low.step) <= 1e-12 * Math.max(high.step, low.step)) break;
  }
  return low.step > 0 ? low : null;
}

async function evaluateAt(search: WolfeSearch, step: number): Promise<Trial> {
  const point = moveAlong(search.from.point, step, search.direction);
  const { value, gradient } = await search.objective(point);
  const slope = dot(gradient, search.direction);
  const finite = Number.isFinite(value) && Number.isFinite(slope);
  return { step, point, value: finite ? value : Infinity, gradient, slope };
}

function isTooHigh(from: Trial, trial: Trial): boolean {
  return !(trial.value <= from.value + DECREASE * trial.step * from.slope);
}

/** Minimiser of the cubic through both ends, kept a tenth away from them; the middle where there is none. */
function interpolate(low: Trial, high: Trial): number {
  const middle = (low.step + high.step) / 2;
  if (!Number.isFinite(high.value)) return low.step + (high.step - low.step) * 0.1;
  const width = high.step - low.step;
  const d1 = low.slope + high.slope - (3 * (low.value - high.value)) / (low.step - high.step);
  const root = Math.sqrt(d1 * d1 - low.slope * high.slope);
  const d2 = Math.sign(width) * root;
  const step = high.step - width * ((high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2));
  const margin = 0.1 * Math.abs(width);
  const smallest = Math.min(low.step, high.step) + margin;
  const largest = Math.max(low.step, high.step) - margin;
  return Number.isFinite(step) ? Math.min(largest, Math.max(smallest, step)) : middle;
}
