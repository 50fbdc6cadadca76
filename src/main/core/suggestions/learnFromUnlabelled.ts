import { argMax } from '../math/softmax.ts';
import type { Tf } from '../training/engines.ts';
import type { FeatureSpace } from './featureSpace.ts';
import { spreadLabels } from './labelSpreading.ts';
import type { NeighbourGraph } from './neighbourGraph.ts';
import { fitSmallHead, strengthFor, type SmallHead } from './smallHead.ts';

/** Neighbours of each image in the graph that labels spread on. */
export const GRAPH_NEIGHBOURS = 8;
/** What an unlabelled image counts beside a labelled one where its neighbours are of one mind. */
const WEIGHT = 0.6;

/**
 * A head that learns from unlabelled images, too: labels spread over the neighbour graph, and what they make of an
 * unlabelled image is learnt from with a weight that falls with the square of the doubt. `graph` is over `pool`, rows
 * of the space; `labels` is `[space.n]`, −1 for what is not known. Simulation shows that it saves labels (see
 * docs/suggestions.md).
 */
export function fitFromUnlabelled(
  tf: Tf,
  space: FeatureSpace,
  {
    graph,
    pool,
    labels,
  }: { readonly graph: NeighbourGraph; readonly pool: Uint32Array; readonly labels: Int32Array },
  classes: number,
  start: SmallHead | null,
): Promise<SmallHead> {
  const own = Int32Array.from(pool, (row) => labels[row]!);
  const opinion = spreadLabels(graph, own, classes);
  const weights = new Float64Array(pool.length);
  const taken = new Int32Array(pool.length);
  let labelled = 0;
  for (let i = 0; i < pool.length; i++) {
    const best = argMax(opinion, i * classes, classes);
    taken[i] = own[i]! >= 0 ? own[i]! : best;
    if (own[i]! >= 0) labelled += 1;
    const certainty = Math.max(0, (opinion[i * classes + best]! - 1 / classes) / (1 - 1 / classes));
    weights[i] = own[i]! >= 0 ? 1 : WEIGHT * certainty * certainty;
  }
  return fitSmallHead(tf, space, { rows: pool, labels: taken, weights }, classes, {
    start,
    strength: strengthFor(labelled),
  });
}
