import type { StrategyName } from '../../../../shared/suggestions.ts';
import { chooseDefault } from './chooseDefault.ts';
import { coverClusters } from './coverClusters.ts';
import { chooseDiverse } from './diverse.ts';
import { chooseByEntropy, chooseByMargin } from './mostUncertain.ts';
import { chooseRandom } from './random.ts';
import type { Strategy } from './strategy.ts';

/** Every strategy by its name. */
export const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  default: chooseDefault,
  random: chooseRandom,
  margin: chooseByMargin,
  entropy: chooseByEntropy,
  cluster: coverClusters,
  diverse: chooseDiverse,
};
