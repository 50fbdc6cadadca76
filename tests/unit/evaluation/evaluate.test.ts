import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import reference from '../../fixtures/evaluation.json' with { type: 'json' };
import { bootstrapUnits } from '../../../src/main/core/evaluation/bootstrap.ts';
import { evaluate, type EvaluationInput } from '../../../src/main/core/evaluation/evaluate.ts';
import { createRandom } from '../../../src/main/core/math/random.ts';
import type { Calibration, Evaluation, Proportion } from '../../../src/shared/evaluation.ts';

const CLOSE = 1e-9;

function expectClose(actual: number | null | undefined, expected: number | null): void {
  expect(actual).not.toBeUndefined();
  expect(Math.abs((actual ?? 0) - (expected ?? 0))).toBeLessThanOrEqual(CLOSE);
}

function expectProportion(actual: Proportion, value: number, interval: readonly number[] | null): void {
  expectClose(actual.value, value);
  expect(actual.interval === null).toBe(interval === null);
  interval?.forEach((limit, end) => expectClose(actual.interval![end], limit));
}

function expectCalibration(actual: Calibration, expected: Calibration): void {
  expectClose(actual.ece, expected.ece);
  expectClose(actual.brier, expected.brier);
  expectClose(actual.logLoss, expected.logLoss);
}

function evaluateCase(example: (typeof reference.cases)[number]): Evaluation {
  return evaluate({
    logits: Float64Array.from(example.logits),
    temperature: example.temperature,
    labels: Int32Array.from(example.labels),
    units: example.groups ?? example.labels.map((_, index) => index),
    grouped: example.groups !== null,
    classNames: Array.from({ length: example.k }, (_, index) => `class ${index}`),
    seed: 1,
  });
}

describe.each(reference.cases)('evaluate beside scikit-learn and SciPy: $name', (example) => {
  it('gives the same figures to 1e-9', () => {
    const evaluation = evaluateCase(example);
    expect(evaluation.images).toBe(example.labels.length);
    expect(evaluation.confusion).toEqual(example.confusion);
    expectClose(evaluation.accuracy, example.accuracy);
    expectClose(evaluation.balancedAccuracy, example.balancedAccuracy);
    expectClose(evaluation.macroF1, example.macroF1);
    expectClose(evaluation.kappa, example.kappa);
    evaluation.perClass.forEach((metrics, index) => {
      expect(metrics.support).toBe(example.support[index]);
      expectClose(metrics.f1, example.f1[index]!);
      expectProportion(metrics.precision, example.precision[index]!, example.precisionWilson[index]!);
      expectProportion(metrics.recall, example.recall[index]!, example.recallWilson[index]!);
    });
    expectCalibration(evaluation.calibration.before, example.before);
    expectCalibration(evaluation.calibration.after, example.after);
    expectClose(evaluation.ece, example.after.ece);
    if (example.groups === null) {
      expect(evaluation.intervalMethod).toBe('wilson');
      evaluation.interval.forEach((limit, end) => expectClose(limit, example.wilson![end]!));
    } else {
      expect(evaluation.intervalMethod).toBe('group-bootstrap');
      evaluation.interval.forEach((limit, end) =>
        expect(Math.abs(limit - example.bootstrap!.accuracy[end]!)).toBeLessThan(0.012),
      );
      evaluation.balancedInterval.forEach((limit, end) =>
        expect(Math.abs(limit - example.bootstrap!.balancedAccuracy[end]!)).toBeLessThan(0.012),
      );
    }
  });
});

/** Random evaluations of up to 60 images and 5 classes in up to 8 groups. */
const evaluation = fc
  .record({
    n: fc.integer({ min: 1, max: 60 }),
    k: fc.integer({ min: 2, max: 5 }),
    groups: fc.nat(8),
    seed: fc.nat(),
  })
  .map(({ n, k, groups, seed }): EvaluationInput => {
    const random = createRandom(seed);
    return {
      logits: Float32Array.from({ length: n * k }, () => 3 * random.normal()),
      temperature: 0.3 + 3 * random.next(),
      labels: Int32Array.from({ length: n }, () => random.int(k)),
      units: Array.from({ length: n }, (_, index) =>
        groups === 0 ? index : `patient ${random.int(groups)}`,
      ),
      grouped: groups > 0,
      classNames: Array.from({ length: k }, (_, index) => `class ${index}`),
      seed: 4,
    };
  });

describe('evaluate', () => {
  it('keeps every figure inside its range, every estimate inside its interval, and survives JSON', () => {
    fc.assert(
      fc.property(evaluation, (input) => {
        const result = evaluate(input);
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
        for (const [value, [low, high]] of [
          [result.accuracy, result.interval],
          [result.balancedAccuracy, result.balancedInterval],
        ] as const) {
          expect(low).toBeGreaterThanOrEqual(0);
          expect(value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThanOrEqual(high);
          expect(high).toBeLessThanOrEqual(1);
          expect(high - low).toBeGreaterThan(0);
        }
        expect(result.confusion.flat().reduce((a, b) => a + b)).toBe(result.images);
        expect(Math.abs(result.kappa)).toBeLessThanOrEqual(1);
        expect(result.calibration.after.brier).toBeLessThanOrEqual(2);
        expect(result.calibration.after.ece).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  it('does not depend on the order of images or the names of groups', () => {
    const input = evaluateInput();
    const order = createRandom(2).shuffle(Array.from(input.labels, (_, index) => index));
    const reordered = evaluate({
      ...input,
      logits: Float32Array.from(order.flatMap((row) => [...input.logits.slice(3 * row, 3 * row + 3)])),
      labels: Int32Array.from(order, (row) => input.labels[row]!),
      units: order.map((row) => `renamed ${input.units[row]!}`),
    });
    const original = evaluate(input);
    expect(reordered.confusion).toEqual(original.confusion);
    expect(reordered.calibration.after.logLoss).toBeCloseTo(original.calibration.after.logLoss, 12);
    expect(evaluate({ ...input, units: input.units.map((unit) => `other ${unit}`) })).toEqual(original);
  });

  it('widens the interval where images of a group are right or wrong together', () => {
    const labels = Int32Array.from({ length: 200 }, (_, index) => index % 2);
    const groups = Int32Array.from(labels, (_, index) => Math.floor(index / 20));
    const logits = Float32Array.from({ length: 400 }, (_, cell) => {
      const row = cell >> 1;
      const named = groups[row]! < 3 ? 1 - labels[row]! : labels[row]!;
      return cell % 2 === named ? 2 : 0;
    });
    const input = { logits, temperature: 1, labels, units: groups, classNames: ['a', 'b'], seed: 1 };
    const grouped = evaluate({ ...input, grouped: true });
    const alone = evaluate({ ...input, grouped: false });
    expect(grouped.accuracy).toBe(0.7);
    expect(grouped.units).toBe(10);
    expect(grouped.interval[1] - grouped.interval[0]).toBeGreaterThan(
      3 * (alone.interval[1] - alone.interval[0]),
    );
    expect(evaluate({ ...input, grouped: true, units: groups.map(() => 1) }).interval).toEqual([0, 1]);
  });

  it('draws single images as the bootstrap over units of one image would', () => {
    const { logits, labels } = evaluateInput();
    const predicted = labels.map((_, row) =>
      [0, 1, 2].reduce((best, c) => (logits[3 * row + c]! > logits[3 * row + best]! ? c : best), 0),
    );
    const shared = { classCount: 3, resamples: 8000 };
    const byKind = bootstrapUnits({
      ...shared,
      labels,
      predicted,
      units: labels.map((_, row) => row),
      seed: 1,
    });
    // Each image twice in its unit: drawn unit by unit, with the same distribution of shares.
    const twice = (values: Int32Array) => Int32Array.from([...values, ...values]);
    const byUnit = bootstrapUnits({
      ...shared,
      labels: twice(labels),
      predicted: twice(predicted),
      units: twice(labels.map((_, row) => row)),
      seed: 2,
    });
    for (const figure of ['accuracy', 'balancedAccuracy'] as const) {
      byKind[figure].forEach((limit, end) =>
        expect(Math.abs(limit - byUnit[figure][end]!)).toBeLessThan(0.012),
      );
    }
  });

  it('refuses to evaluate nothing, and values that are no numbers', () => {
    const input = evaluateInput();
    const empty = { ...input, logits: new Float32Array(0), labels: new Int32Array(0), units: [] };
    expect(() => evaluate(empty)).toThrow('There is no labelled image to evaluate on.');
    const broken = input.logits.slice();
    broken[7] = NaN;
    expect(() => evaluate({ ...input, logits: broken })).toThrow('not a number');
  });
});

/** 120 images of 3 classes in 12 groups, about 70 % right. */
function evaluateInput(): EvaluationInput & { logits: Float32Array; units: string[] } {
  const random = createRandom(12);
  const labels = Int32Array.from({ length: 120 }, () => random.int(3));
  return {
    logits: Float32Array.from(
      { length: 360 },
      (_, cell) => random.normal() + (labels[Math.floor(cell / 3)] === cell % 3 ? 1.5 : 0),
    ),
    temperature: 1.4,
    labels,
    units: Array.from(labels, (_, index) => `p${index % 12}`),
    grouped: true,
    classNames: ['a', 'b', 'c'],
    seed: 1,
  };
}
