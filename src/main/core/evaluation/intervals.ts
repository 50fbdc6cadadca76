import type { ClassMetrics } from '../../../shared/evaluation.ts';
import { wilsonInterval } from '../math/wilson.ts';
import { bootstrapUnits, type BootstrapInput, type Interval } from './bootstrap.ts';

export interface AccuracyIntervals {
  readonly units: number;
  readonly method: 'wilson' | 'group-bootstrap';
  readonly accuracy: Interval;
  readonly balancedAccuracy: Interval;
}

/**
 * 95 % intervals of accuracy and balanced accuracy.
 *
 * Without groups: Wilson for accuracy; for balanced accuracy the bootstrap over images. With groups: the
 * bootstrap over groups for both. A bootstrap collapses where all (or nearly all) images are right, and images
 * of one group are never worth more than independent ones, so it is widened to the interval that holds for
 * independent images wherever that reaches further: Wilson, or for balanced accuracy the same from the Wilson
 * intervals of the recalls (Zou & Donner 2008). A single group says nothing about others: [0, 1].
 *
 * Simulated with groups whose true accuracy varies (logit 1.9 ± 0.8), the interval holds the truth in 94 % of
 * cases for 15 groups or more, 91 % for 8, 88 % for 4, 72 % for 2; Wilson alone in 62–79 %.
 */
export function findIntervals(
  input: BootstrapInput & { readonly grouped: boolean },
  classes: readonly ClassMetrics[],
): AccuracyIntervals {
  const right = input.labels.reduce(
    (count, label, row) => count + (input.predicted[row] === label ? 1 : 0),
    0,
  );
  const wilson = wilsonInterval(right, input.labels.length)!;
  const combined = combineRecalls(classes);
  const bootstrap = bootstrapUnits(input);
  if (!input.grouped) {
    return {
      units: bootstrap.unitCount,
      method: 'wilson',
      accuracy: wilson,
      balancedAccuracy: widen(bootstrap.balancedAccuracy, combined),
    };
  }
  const alone = bootstrap.unitCount < 2;
  return {
    units: bootstrap.unitCount,
    method: 'group-bootstrap',
    accuracy: alone ? [0, 1] : widen(bootstrap.accuracy, wilson),
    balancedAccuracy: alone ? [0, 1] : widen(bootstrap.balancedAccuracy, combined),
  };
}

function widen(a: Interval, b: Interval): Interval {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}

/**
 * Interval of the mean recall over classes with instances, from each recall's own Wilson interval by variance
 * recovery (MOVER; Zou & Donner, Statistics in Medicine 27, 2008).
 */
function combineRecalls(classes: readonly ClassMetrics[]): Interval {
  let mean = 0;
  let below = 0;
  let above = 0;
  let present = 0;
  for (const { recall } of classes) {
    if (recall.value === null || recall.interval === null) continue;
    mean += recall.value;
    below += (recall.value - recall.interval[0]) ** 2;
    above += (recall.interval[1] - recall.value) ** 2;
    present += 1;
  }
  return [Math.max(0, (mean - Math.sqrt(below)) / present), Math.min(1, (mean + Math.sqrt(above)) / present)];
}
