import { chooseRandom } from './random.ts';
import type { Strategy } from './strategy.ts';
import { entropyOf, explainUncertain, marginOf, rankCandidates } from './uncertainty.ts';

/** The candidates whose two likeliest classes are closest. Without a head: random. */
export const chooseByMargin: Strategy = (situation) => rankBy(situation, marginOf);

/** The candidates with the highest entropy. Without a head: random. */
export const chooseByEntropy: Strategy = (situation) =>
  rankBy(situation, (probabilities, row, classes) => -entropyOf(probabilities, row, classes));

function rankBy(
  situation: Parameters<Strategy>[0],
  valueOf: (probabilities: Float64Array, row: number, classes: number) => number,
): ReturnType<Strategy> {
  const { probabilities, classes, count } = situation;
  if (probabilities === null) return chooseRandom(situation);
  const ranked = rankCandidates(situation, (row) => valueOf(probabilities, row, classes));
  return Array.from(ranked.subarray(0, count), (row) => ({
    row,
    reason: explainUncertain(probabilities, row, classes),
    cluster: null,
  }));
}
