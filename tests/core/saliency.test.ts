import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/main/core/math/random.ts';
import { openExplainer } from '../../src/main/core/saliency/explainer.ts';
import { differentiateHead } from '../../src/main/core/saliency/headGradient.ts';
import { applyHead, type Head } from '../../src/main/core/training/head.ts';
import { drawBackbone } from '../support/drawBackbone.ts';
import { drawHead } from '../support/drawModel.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const DIMS = 24;

function drawPixels(side: number, seed: number): Uint8Array {
  const random = createRandom(seed);
  return Uint8Array.from({ length: side * side * 3 }, (_, i) =>
    Math.max(0, Math.min(255, 128 + 90 * Math.sin(i / 40 + seed) + 40 * (random.next() - 0.5))),
  );
}

function drawLinear(inputs: number, classes: number): Head {
  const random = createRandom(5);
  const kernel = Float32Array.from({ length: inputs * classes }, () => random.normal());
  const bias = Float32Array.from({ length: classes }, () => random.normal());
  return {
    inputs,
    classes,
    layers: [{ kind: 'dense', inputs, units: classes, kernel, bias, activation: 'linear' }],
  };
}

const marginOf = (logits: ArrayLike<number>, k: number): number =>
  logits[k]! - Array.from(logits).reduce((sum, each) => sum + each, 0) / logits.length;

describe('the gradient of a head', () => {
  it('is what small steps of each feature do to the margin', () => {
    const head = drawHead(DIMS, 3);
    const wide: Head = { ...head };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(2), (seed, k) => {
        const random = createRandom(seed);
        const features = Float64Array.from({ length: DIMS }, () => 2 * random.next());
        const { direction, margin, logits } = differentiateHead(wide, features, k);
        const expected = applyHead(head, Float32Array.from(features), 1);
        for (const [i, logit] of logits.entries()) expect(logit).toBeCloseTo(expected[i]!, 4);
        expect(margin).toBeCloseTo(marginOf(logits, k), 10);
        const step = 1e-7;
        let bends = 0;
        for (let i = 0; i < DIMS; i += 1) {
          const at = (delta: number): number => {
            const moved = features.slice();
            moved[i]! += delta;
            return differentiateHead(head, moved, k).margin;
          };
          const slope = (at(step) - at(-step)) / (2 * step);
          if (Math.abs(slope - direction[i]!) > 1e-5 * (1 + Math.abs(slope))) bends += 1;
        }
        // A step may cross the corner of a ReLU; hardly ever more than one.
        expect(bends).toBeLessThanOrEqual(1);
      }),
      { numRuns: 25, seed: 20261126 },
    );
  });
});

describe('maps of a drawn network', () => {
  it.each([
    { side: 64, head: drawLinear(DIMS, 3) },
    { side: 40, head: drawHead(DIMS, 4) },
  ])(
    'the class map adds up to the margin, and the gradient is that of TF.js ($side)',
    async ({ side, head }) => {
      const folder = await makeTemporaryFolder();
      const reference = await drawBackbone(folder, side, 'two files');
      const pixels = drawPixels(side, side);
      const explainer = await openExplainer(folder, side);
      const found = await explainer.classMap(head, pixels, 1);
      const mean = found.values.reduce((sum, value) => sum + value, 0) / found.values.length;
      expect(mean + found.constant).toBeCloseTo(found.margin, 5);

      // The features are those of TF.js, and so is the margin.
      await tf.setBackend('cpu');
      const image = tf.tensor4d(Float32Array.from(pixels), [1, side, side, 3]);
      const scale = (x: tf.Tensor): tf.Tensor => x.div(127.5).sub(1);
      const features = (reference.predict(scale(image)) as tf.Tensor4D).mean([1, 2]).dataSync();
      expect(found.margin).toBeCloseTo(marginOf(applyHead(head, features as Float32Array, 1), 1), 3);
      if (head.layers.length === 1) {
        // A linear head takes nothing but its bias from outside the picture.
        const [layer] = head.layers;
        expect(found.constant).toBeCloseTo(marginOf((layer as { bias: Float32Array }).bias, 1), 4);
      }

      const { direction } = differentiateHead(head, features, 1);
      const weights = tf.tensor1d(Float32Array.from(direction));
      const gradient = tf
        .grad((x) => (reference.apply(scale(x)) as tf.Tensor4D).mean([1, 2]).mul(weights).sum())(image)
        .dataSync();
      const one = await explainer.gradientTimesInput(head, pixels, 1, { samples: 1, noise: 0, seed: 1 });
      let largest = 0;
      let difference = 0;
      for (let i = 0; i < side * side; i += 1) {
        let expected = 0;
        for (let c = 0; c < 3; c += 1) expected += gradient[3 * i + c]! * (pixels[3 * i + c]! - 127.5);
        largest = Math.max(largest, Math.abs(expected));
        difference = Math.max(difference, Math.abs(expected - one.values[i]!));
      }
      expect(largest).toBeGreaterThan(1e-3);
      expect(difference / largest).toBeLessThan(1e-3);

      const smooth = { samples: 4, noise: 0.1, seed: 3 };
      const again = await explainer.gradientTimesInput(head, pixels, 1, smooth);
      expect(await explainer.gradientTimesInput(head, pixels, 1, smooth)).toEqual(again);
      expect(again.values).not.toEqual(one.values);
      await explainer.close();
      tf.dispose([image, weights]);
    },
  );
});
