import { describe, expect, it } from 'vitest';
import reference from '../../fixtures/evaluation.json' with { type: 'json' };
import { measureCalibration } from '../../../src/main/core/evaluation/confidence.ts';
import { fitTemperature, minimiseOverTemperature } from '../../../src/main/core/evaluation/temperature.ts';
import { createRandom } from '../../../src/main/core/math/random.ts';

/** Logits whose softmax at `temperature` 1 is the truth, made `factor` times too sure. */
function drawLogits(n: number, factor: number, seed: number): { logits: Float32Array; labels: Int32Array } {
  const random = createRandom(seed);
  const logits = new Float32Array(n * 4);
  const labels = Int32Array.from({ length: n }, (_, row) => {
    const honest = Array.from({ length: 4 }, () => 2 * random.normal());
    logits.set(
      honest.map((logit) => logit * factor),
      row * 4,
    );
    const weights = honest.map(Math.exp);
    let left = random.next() * weights.reduce((a, b) => a + b);
    return weights.findIndex((weight) => (left -= weight) < 0);
  });
  return { logits, labels };
}

describe('fitTemperature', () => {
  it.each(reference.cases.slice(0, 3))(
    'finds the minimum that SciPy finds: $name',
    ({ logits, labels, k, fit }) => {
      const temperature = minimiseOverTemperature(logits, Int32Array.from(labels), k);
      expect(Math.abs(temperature / fit.temperature - 1)).toBeLessThan(1e-6);
      const { logLoss } = measureCalibration(logits, Int32Array.from(labels), k, temperature);
      expect(Math.abs(logLoss - fit.logLoss)).toBeLessThan(1e-9);
    },
  );

  it('undoes a known excess of confidence, so that new images are calibrated', () => {
    const validation = drawLogits(4000, 1.9, 1);
    const { temperature, fitted } = fitTemperature(validation.logits, validation.labels, 4);
    expect(fitted).toBe(true);
    expect(Math.abs(temperature - 1.9)).toBeLessThan(0.12);
    const test = drawLogits(4000, 1.9, 2);
    const before = measureCalibration(test.logits, test.labels, 4, 1);
    const after = measureCalibration(test.logits, test.labels, 4, temperature);
    expect(after.ece).toBeLessThan(before.ece / 2);
    expect(after.logLoss).toBeLessThan(before.logLoss);
    expect(after.brier).toBeLessThan(before.brier);
  });

  it('leaves honest logits alone, though some other temperature always fits better by chance', () => {
    const fits = Array.from({ length: 40 }, (_, seed) => drawLogits(200, 1, seed)).map(
      ({ logits, labels }) => {
        expect(minimiseOverTemperature(logits, labels, 4)).not.toBe(1);
        return fitTemperature(logits, labels, 4);
      },
    );
    expect(fits.filter(({ fitted }) => fitted).length).toBeLessThan(6);
    for (const { fitted, temperature, note } of fits) {
      expect(note).toBeNull();
      if (!fitted) expect(temperature).toBe(1);
    }
  });

  it('fits nothing on fewer than 50 images or on images without a mistake, and says so', () => {
    const few = drawLogits(49, 1.9, 3);
    expect(fitTemperature(few.logits, few.labels, 4)).toMatchObject({ temperature: 1, fitted: false });
    expect(fitTemperature(few.logits, few.labels, 4).note).toContain('there are 49');
    const sure = Int32Array.from({ length: 200 }, (_, row) => row % 4);
    const logits = Float32Array.from({ length: 800 }, (_, cell) => (cell % 4 === sure[cell >> 2] ? 3 : 0));
    expect(fitTemperature(logits, sure, 4)).toMatchObject({ temperature: 1, fitted: false });
  });

  it('stays within its bounds when nothing inside them is best', () => {
    const labels = Int32Array.from({ length: 200 }, (_, row) => (row < 190 ? 0 : 1));
    const wrong = Float32Array.from({ length: 400 }, (_, cell) => (cell % 2 === labels[cell >> 1] ? -1 : 1));
    expect(minimiseOverTemperature(wrong, labels, 2)).toBe(10);
    const sharp = Float32Array.from({ length: 400 }, (_, cell) => (cell % 2 === labels[cell >> 1] ? 0.1 : 0));
    expect(minimiseOverTemperature(sharp, labels, 2)).toBe(0.1);
  });
});
