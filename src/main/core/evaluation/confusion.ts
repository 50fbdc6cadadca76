import type { ClassMetrics, Proportion } from '../../../shared/evaluation.ts';
import { wilsonInterval } from '../math/wilson.ts';

/** `[actual][predicted]` counts over k classes; both arrays hold class indices. */
export function countConfusion(actual: Int32Array, predicted: Int32Array, k: number): number[][] {
  const confusion = Array.from({ length: k }, () => new Array<number>(k).fill(0));
  for (let index = 0; index < actual.length; index += 1) confusion[actual[index]!]![predicted[index]!]! += 1;
  return confusion;
}

/** k of n with its 95 % Wilson interval. */
export function measureProportion(k: number, n: number): Proportion {
  return { k, n, value: n === 0 ? null : k / n, interval: wilsonInterval(k, n) };
}

/** Precision, recall and F1 of every class; F1 = 2 TP / (support + predicted), 0 where both are 0. */
export function measureClasses(
  confusion: readonly (readonly number[])[],
  classNames: readonly string[],
): ClassMetrics[] {
  return classNames.map((name, classIndex) => {
    const right = confusion[classIndex]![classIndex]!;
    const support = sum(confusion[classIndex]!);
    const predicted = sum(confusion.map((row) => row[classIndex]!));
    return {
      classIndex,
      name,
      support,
      precision: measureProportion(right, predicted),
      recall: measureProportion(right, support),
      f1: support + predicted === 0 ? 0 : (2 * right) / (support + predicted),
    };
  });
}

/** Mean recall over the classes that have instances (scikit-learn's `balanced_accuracy_score`). */
export function averageRecall(classes: readonly ClassMetrics[]): number {
  return average(classes.flatMap(({ recall }) => recall.value ?? []));
}

/**
 * Mean F1 over the classes that have an instance or a prediction (scikit-learn's
 * `f1_score(average='macro', zero_division=0)`): never found or never right counts 0, a class that plays no
 * part in these images is left out.
 */
export function averageF1(classes: readonly ClassMetrics[]): number {
  return average(classes.filter(({ support, precision }) => support + precision.n > 0).map(({ f1 }) => f1));
}

/**
 * Cohen's kappa: agreement beyond what the margins give by chance (Cohen 1960).
 * 0 where chance alone gives full agreement, one class only: nothing beyond it can be shown.
 */
export function measureKappa(confusion: readonly (readonly number[])[]): number {
  const rows = confusion.map(sum);
  const columns = confusion.map((_, index) => sum(confusion.map((row) => row[index]!)));
  const total = sum(rows);
  const agreed = sum(confusion.map((row, index) => row[index]!)) / total;
  const byChance = sum(rows.map((row, index) => (row / total) * (columns[index]! / total)));
  return byChance === 1 ? 0 : (agreed - byChance) / (1 - byChance);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function average(values: readonly number[]): number {
  return sum(values) / values.length;
}
