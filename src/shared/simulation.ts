import { STRATEGY_NAMES } from './suggestions.ts';

/**
 * What a simulation can compare: the strategies, and two that tell what learning from unlabelled images is worth: the
 * default without it, and random with it. Only `default` and `random-unlabelled` learn from unlabelled images.
 */
export const SIMULATED_NAMES = [...STRATEGY_NAMES, 'default-labels-only', 'random-unlabelled'] as const;
export type SimulatedName = (typeof SIMULATED_NAMES)[number];

export const SIMULATION_METRICS = ['accuracy', 'balanced'] as const;
export type SimulationMetric = (typeof SIMULATION_METRICS)[number];

/** Labels known, and the score on the test part with them. */
export type CurvePair = readonly [labels: number, score: number];

/** A mean over seeds with its 95 % interval; low and high are null with a single seed. */
export interface MeanOverSeeds {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface StrategyResult {
  /** Labels needed for 90, 95 and 98 % of the full score on the mean curve; null where not reached. */
  readonly labels90: number | null;
  readonly labels95: number | null;
  readonly labels98: number | null;
  /** Share of labels saved against random at each of them; null where one of the two does not get there. */
  readonly saved90: number | null;
  readonly saved95: number | null;
  readonly saved98: number | null;
  /** Mean score over the labels from the first to the last. */
  readonly auc: number;
  /** The same against random, pair by pair of seeds. */
  readonly deltaAuc: MeanOverSeeds;
  /** Mean over seeds. */
  readonly curve: readonly CurvePair[];
}

/** The answer of `fovea simulate --json`. */
export interface SimulationResult {
  /** Mean over seeds of the score of a head that knows every label of the pool. */
  readonly fullAccuracy: number;
  readonly metric: SimulationMetric;
  readonly classes: readonly string[];
  readonly images: { readonly pool: number; readonly test: number };
  readonly start: number;
  readonly batch: number;
  readonly until: number;
  readonly seeds: number;
  /** Shares of the classes fall from 1 to 1 / this; 1 where they are left as they are. */
  readonly skew: number;
  readonly featureKey: string;
  readonly strategies: Readonly<Partial<Record<SimulatedName, StrategyResult>>>;
  readonly seconds: number;
}
