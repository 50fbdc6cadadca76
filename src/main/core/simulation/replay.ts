import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../../../shared/errors.ts';
import type { CurvePair, SimulationMetric } from '../../../shared/simulation.ts';
import { createRandom, hashToSeed } from '../math/random.ts';
import { argMax } from '../math/softmax.ts';
import { takeRows, type FeatureSpace } from '../suggestions/featureSpace.ts';
import { fitFromUnlabelled } from '../suggestions/learnFromUnlabelled.ts';
import type { NeighbourGraph } from '../suggestions/neighbourGraph.ts';
import { applySmallHead, fitSmallHead, type SmallHead } from '../suggestions/smallHead.ts';
import { chooseRandom } from '../suggestions/strategies/random.ts';
import type { Situation, Strategy } from '../suggestions/strategies/strategy.ts';
import type { Tf } from '../training/engines.ts';

/** A labelled set whose labels are hidden and given out one batch at a time. */
export interface ReplaySet {
  readonly space: FeatureSpace;
  /** `[n]` class indices. */
  readonly labels: Int32Array;
  readonly classes: number;
  /** Rows that may be labelled. */
  readonly pool: Uint32Array;
  /** Rows that every head is judged on; never chosen from. */
  readonly test: Uint32Array;
  readonly metric: SimulationMetric;
}

export interface ReplayPlan {
  readonly strategy: Strategy;
  /** Whether the first images are chosen by the strategy, too, or drawn at random as for the others. */
  readonly startsItself: boolean;
  /** The neighbours of the pool where the head that is judged learns from unlabelled images, too; else null. */
  readonly graph: NeighbourGraph | null;
  readonly seed: number;
  readonly start: number;
  readonly batch: number;
  readonly until: number;
}

/**
 * Replays labelling: fits a head, measures it on the test rows, has the strategy choose the next batch, reveals its
 * labels, and so on. Random starts are the same for every strategy of a seed.
 */
export async function replayLabelling(
  tf: Tf,
  set: ReplaySet,
  plan: ReplayPlan,
  signal: AbortSignal,
): Promise<CurvePair[]> {
  const { space, labels, classes, pool, test } = set;
  const known = new Int32Array(space.n).fill(-1);
  const testPoints = takeRows(space, test);
  const curve: CurvePair[] = [];
  const limit = Math.min(plan.until, pool.length);
  let labelled = new Uint32Array(0);
  let probabilities: Float64Array | null = null;
  let head: SmallHead | null = null;
  let judged: SmallHead | null = null;
  while (labelled.length < limit) {
    throwIfCancelled(signal);
    const isFirst = labelled.length === 0;
    const choose = isFirst && !plan.startsItself ? chooseRandom : plan.strategy;
    const seed = hashToSeed(`${plan.seed}\n${isFirst && !plan.startsItself ? 'start' : labelled.length}`);
    const situation: Situation = {
      space,
      candidates: pool.filter((row) => known[row] === -1),
      labelled,
      labels: known,
      classes,
      probabilities,
      count: Math.min(isFirst ? plan.start : plan.batch, limit - labelled.length),
      random: createRandom(seed),
    };
    const picks = choose(situation);
    for (const { row } of picks) known[row] = labels[row]!;
    labelled = Uint32Array.from([...labelled, ...picks.map(({ row }) => row)]);
    head = await fitSmallHead(tf, space, { rows: labelled, labels: takeLabels(known, labelled) }, classes, {
      start: head,
    });
    probabilities = applySmallHead(tf, head, space.points);
    judged =
      plan.graph === null
        ? head
        : await fitFromUnlabelled(tf, space, { graph: plan.graph, pool, labels: known }, classes, judged);
    curve.push([labelled.length, score(set, applySmallHead(tf, judged, testPoints))]);
    // Lets a cancel that came in meanwhile be heard.
    await setImmediate();
  }
  return curve;
}

/** Score on the test rows of a head that knows every label of the pool. */
export async function scoreFull(tf: Tf, set: ReplaySet): Promise<number> {
  const { space, labels, classes, pool, test } = set;
  const head = await fitSmallHead(tf, space, { rows: pool, labels: takeLabels(labels, pool) }, classes);
  return score(set, applySmallHead(tf, head, takeRows(space, test)));
}

function takeLabels(labels: Int32Array, rows: Uint32Array): Int32Array {
  return Int32Array.from(rows, (row) => labels[row]!);
}

/** Share of right answers, or its mean over the classes that the test rows hold. */
function score({ labels, classes, test, metric }: ReplaySet, probabilities: Float64Array): number {
  const hits = new Float64Array(classes);
  const sizes = new Float64Array(classes);
  test.forEach((row, i) => {
    const label = labels[row]!;
    sizes[label]! += 1;
    if (argMax(probabilities, i * classes, classes) === label) hits[label]! += 1;
  });
  if (metric === 'accuracy') return hits.reduce((sum, each) => sum + each, 0) / test.length;
  const present = [...sizes.keys()].filter((k) => sizes[k]! > 0);
  return present.reduce((sum, k) => sum + hits[k]! / sizes[k]!, 0) / present.length;
}
