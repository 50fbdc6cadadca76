import { coverClusters } from './coverClusters.ts';
import { spreadUncertain } from './spreadUncertain.ts';
import type { Situation, Strategy } from './strategy.ts';

/** Labels per class below which a head knows too little for its doubts to be worth anything. */
const FEW_PER_CLASS = 2;

/** Which strategy the default uses now, and one sentence why. */
export function decideStrategy({ labelled, probabilities, classes }: Situation): {
  readonly name: 'cluster' | 'spread';
  readonly why: string;
} {
  const enough = FEW_PER_CLASS * classes;
  if (probabilities === null) {
    return {
      name: 'cluster',
      why: 'Nothing has been learnt yet, so one typical image of each cluster of alike images comes first.',
    };
  }
  if (labelled.length < enough) {
    return {
      name: 'cluster',
      why: `With ${labelled.length} labels for ${classes} classes a model is not to be trusted yet, so typical images of clusters without a label come first.`,
    };
  }
  return {
    name: 'spread',
    why: `With ${labelled.length} labels the images that the model is least sure of teach most; they are spread over clusters so that no two ask the same question.`,
  };
}

/** Clusters first while labels are few, then uncertain images spread over clusters. */
export const chooseDefault: Strategy = (situation) =>
  decideStrategy(situation).name === 'cluster' ? coverClusters(situation) : spreadUncertain(situation);
