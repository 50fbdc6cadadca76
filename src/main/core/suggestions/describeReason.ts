import type { Reason } from './strategies/strategy.ts';

/** One sentence for a reader. `names` are the classes in the order of their indices. */
export function describeReason(reason: Reason, names: readonly string[]): string {
  switch (reason.kind) {
    case 'random':
      return 'drawn at random';
    case 'between': {
      const [high, low] = reason.shares;
      return `between ${names[reason.first]} and ${names[reason.second]}, ${percent(high)} : ${percent(low)}`;
    }
    case 'uncertain':
      return `${names[reason.first]}, but only ${percent(reason.share)} % sure`;
    case 'cluster':
      return reason.labelled === 0
        ? `first image of an unlabelled cluster of ${reason.size}`
        : `typical of a cluster of ${reason.size} with ${reason.labelled} ${reason.labelled === 1 ? 'label' : 'labels'}`;
  }
}

function percent(share: number): number {
  return Math.round(share * 100);
}
