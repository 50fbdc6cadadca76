import type { CurvePair, MeanOverSeeds, SimulatedName, StrategyResult } from '../../../shared/simulation.ts';

/** One strategy with one seed. */
export interface Run {
  readonly name: SimulatedName;
  readonly curve: readonly CurvePair[];
}

/** All strategies with one seed. */
export interface SeedRuns {
  /** Score of a head that knows every label. */
  readonly full: number;
  readonly runs: readonly Run[];
}

/** Two-sided 95 % points of Student's t for 1 … 30 degrees of freedom; the normal one beyond. */
const T_POINTS = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** The figures of each strategy over all seeds. Random must be among them: it is what the others are measured by. */
export function summariseRuns(seeds: readonly SeedRuns[]): Partial<Record<SimulatedName, StrategyResult>> {
  const names = seeds[0]?.runs.map(({ name }) => name) ?? [];
  const curvesOf = (name: SimulatedName): (readonly CurvePair[])[] =>
    seeds.map(({ runs }) => runs.find((run) => run.name === name)!.curve);
  // Relative to the full score of the same seed: seeds differ in how hard their test rows are.
  const relative = (name: SimulatedName): CurvePair[] =>
    meanCurve(
      curvesOf(name).map((curve, i) => curve.map(([labels, score]) => [labels, score / seeds[i]!.full])),
    );
  const control = relative('random');
  const controlAreas = curvesOf('random').map(meanScore);
  const results: Partial<Record<SimulatedName, StrategyResult>> = {};
  for (const name of names) {
    const own = relative(name);
    const areas = curvesOf(name).map(meanScore);
    const [labels90, labels95, labels98] = ([0.9, 0.95, 0.98] as const).map((share) =>
      findCrossing(own, share),
    );
    const saved = (labels: number | null | undefined, share: number): number | null => {
      const needed = findCrossing(control, share);
      return labels === null || labels === undefined || needed === null ? null : 1 - labels / needed;
    };
    results[name] = {
      labels90: labels90 ?? null,
      labels95: labels95 ?? null,
      labels98: labels98 ?? null,
      saved90: saved(labels90, 0.9),
      saved95: saved(labels95, 0.95),
      saved98: saved(labels98, 0.98),
      auc: areas.reduce((sum, each) => sum + each, 0) / areas.length,
      deltaAuc: describeMean(areas.map((area, i) => area - controlAreas[i]!)),
      curve: meanCurve(curvesOf(name)),
    };
  }
  return results;
}

/** Where a curve first reaches a value, between its points in a straight line; null when it does not. */
export function findCrossing(curve: readonly CurvePair[], value: number): number | null {
  for (const [i, [labels, score]] of curve.entries()) {
    if (!(score >= value)) continue;
    const before = curve[i - 1];
    if (before === undefined) return labels;
    return before[0] + ((labels - before[0]) * (value - before[1])) / (score - before[1]);
  }
  return null;
}

/** Area under a curve by trapezoids, divided by its width. */
export function meanScore(curve: readonly CurvePair[]): number {
  let area = 0;
  for (let i = 1; i < curve.length; i++) {
    area += ((curve[i]![0] - curve[i - 1]![0]) * (curve[i]![1] + curve[i - 1]![1])) / 2;
  }
  const width = curve.at(-1)![0] - curve[0]![0];
  return width > 0 ? area / width : curve[0]![1];
}

/** Seeds take the same steps; where a pool is a little smaller, the last step is left out for all. */
function meanCurve(curves: readonly (readonly CurvePair[])[]): CurvePair[] {
  const length = Math.min(...curves.map((curve) => curve.length));
  return Array.from({ length }, (_, i) => [
    curves[0]![i]![0],
    curves.reduce((sum, curve) => sum + curve[i]![1], 0) / curves.length,
  ]);
}

function describeMean(values: readonly number[]): MeanOverSeeds {
  const n = values.length;
  const mean = values.reduce((sum, each) => sum + each, 0) / n;
  if (n < 2) return { mean, low: null, high: null };
  const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (n - 1);
  const half = (T_POINTS[n - 2] ?? 1.96) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half };
}
