import { findKMeans } from '../kMeans.ts';
import { chooseRandom } from './random.ts';
import type { Pick, Strategy } from './strategy.ts';
import { explainUncertain, marginOf, rankCandidates } from './uncertainty.ts';

/** Of so many times the batch the most uncertain images are taken, before the choice is spread over clusters. */
const REACH = 10;

/**
 * The most uncertain tenfold of a batch, spread over clusters: one image of each in turn, the most uncertain first.
 * Near copies of one hard image would teach the same thing over and over. Clusters are k-means of these images in
 * feature space. Without a head: random.
 */
export const spreadUncertain: Strategy = (situation) => {
  const { space, classes, probabilities, count, random } = situation;
  if (probabilities === null) return chooseRandom(situation);
  const margin = (row: number): number => marginOf(probabilities, row, classes);
  const hard = rankCandidates(situation, margin).subarray(0, REACH * count);
  if (hard.length === 0) return [];
  const { of, count: found } = findKMeans(space, hard, count, random);
  const queues = Array.from({ length: found }, () => [] as number[]);
  hard.forEach((row, i) => queues[of[i]!]!.push(row));
  const picks: Pick[] = [];
  while (picks.length < Math.min(count, hard.length)) {
    for (const [cluster, queue] of queues.entries()) {
      const row = queue.shift();
      if (row === undefined || picks.length === count) continue;
      picks.push({ row, reason: explainUncertain(probabilities, row, classes), cluster });
    }
  }
  return picks.sort((a, b) => margin(a.row) - margin(b.row));
};
