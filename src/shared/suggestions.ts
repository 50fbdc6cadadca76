/** How images are chosen for labelling; `default` switches by itself. */
export const STRATEGY_NAMES = ['default', 'random', 'margin', 'entropy', 'cluster', 'diverse'] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];
