import type { StrategyName } from '../../shared/suggestions.ts';

/** How images are chosen, for a person. */
export const STRATEGY_WORDS: Readonly<Record<StrategyName, string>> = {
  default: 'What suits the labels so far',
  cluster: 'Typical of unlabelled clusters',
  margin: 'Between two classes',
  diverse: 'Uncertain and unlike each other',
  entropy: 'Most uncertain over all classes',
  random: 'At random',
};
