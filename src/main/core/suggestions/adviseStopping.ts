import type { StoppingAdvice } from '../../../shared/suggestions.ts';
import { createRandom } from '../math/random.ts';
import { argMax } from '../math/softmax.ts';
import type { TrainingClass } from '../training/trainingSet.ts';
import type { Tf } from '../training/engines.ts';
import { takeRows, type FeatureSpace } from './featureSpace.ts';
import { forecastGain } from './forecastGain.ts';
import { applySmallHead, fitSmallHead } from './smallHead.ts';

/** Shares of the labels that heads are fitted on, to see how accuracy has grown with labels. */
const SHARES = [0.25, 0.4, 0.6, 0.8, 1];
/** Draws at each share; their mean is the curve. */
const DRAWS = 4;
/** Below these a curve would be noise. */
const FEWEST_LABELS = 40;
const FEWEST_JUDGED = 30;
/** The labels whose gain is forecast. */
const NEXT = 50;

export interface AdviceInput {
  readonly space: FeatureSpace;
  /** Labelled rows that are learnt from, and randomly drawn ones that are judged by. */
  readonly labelled: Uint32Array;
  readonly judged: Uint32Array;
  /** `[n]` class indices. */
  readonly labels: Int32Array;
  readonly classes: readonly TrainingClass[];
  readonly seed: number;
}

/**
 * What the next 50 labels would bring: heads on parts of the labels draw a learning curve on images that no strategy
 * chose, and an inverse power law carries it on. Also the class that further labels would help most.
 */
export async function adviseStopping(tf: Tf, input: AdviceInput): Promise<StoppingAdvice> {
  const { space, labelled, judged, labels, classes, seed } = input;
  if (labelled.length < FEWEST_LABELS || judged.length < FEWEST_JUDGED) {
    return {
      gain: null,
      curve: [],
      classId: null,
      sentences: [sayTooLittle(labelled.length, judged.length)],
    };
  }
  const points = takeRows(space, judged);
  const random = createRandom(seed);
  const curve: [number, number][] = [];
  const wrong = new Float64Array(classes.length);
  for (const share of SHARES) {
    const count = Math.round(labelled.length * share);
    let sum = 0;
    const draws = share === 1 ? 1 : DRAWS;
    for (let draw = 0; draw < draws; draw++) {
      const rows = random.shuffle(labelled.slice()).slice(0, count);
      const own = Int32Array.from(rows, (row) => labels[row]!);
      const head = await fitSmallHead(tf, space, { rows, labels: own }, classes.length);
      const probabilities = applySmallHead(tf, head, points);
      judged.forEach((row, i) => {
        const isRight = argMax(probabilities, i * classes.length, classes.length) === labels[row]!;
        if (isRight) sum += 1 / judged.length / draws;
        else if (share === 1) wrong[labels[row]!]! += 1;
      });
    }
    curve.push([count, sum]);
  }
  const gain = forecastGain(curve, judged.length, NEXT);
  const worst = findWorst(wrong, labels, labelled);
  const sentences = [
    `The next ${NEXT} labels are expected to bring ${points100(gain.mean)} points of accuracy (${points100(gain.low)} to ${points100(gain.high)}).`,
    ...(gain.high < 0.005 ? ['Further labels hardly help: this may be the place to stop.'] : []),
    ...(worst === null ? [] : [`More labels of “${classes[worst]!.name}” would help most.`]),
  ];
  return {
    gain: { labels: NEXT, ...gain },
    curve,
    classId: worst === null ? null : classes[worst]!.classId,
    sentences,
  };
}

/** The class with most errors per label that it has; null while there are hardly any errors. */
function findWorst(wrong: Float64Array, labels: Int32Array, labelled: Uint32Array): number | null {
  const counts = new Float64Array(wrong.length);
  for (const row of labelled) counts[labels[row]!]! += 1;
  const values = wrong.map((errors, k) => errors / Math.sqrt(counts[k]! + 1));
  const best = argMax(values);
  return wrong[best]! >= 3 ? best : null;
}

function sayTooLittle(labels: number, judged: number): string {
  if (labels < FEWEST_LABELS) {
    return `With ${labels} labels to learn from nothing can be said yet about what further ones bring; ${FEWEST_LABELS} are needed.`;
  }
  return `Only ${judged} labelled images measure the accuracy; ${FEWEST_JUDGED} are needed before a forecast means anything. Label some of the queue that measures.`;
}

function points100(share: number): string {
  return (share * 100).toFixed(1);
}
