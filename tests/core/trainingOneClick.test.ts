import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/main/core/math/random.ts';
import { loadEngine } from '../../src/main/core/training/engines.ts';
import { applyHead, softmaxRows, type Head } from '../../src/main/core/training/head.ts';
import { fitOneClickHead } from '../../src/main/core/training/oneClickHead.ts';
import {
  countLabels,
  listPart,
  weighClasses,
  type TrainingData,
} from '../../src/main/core/training/trainingData.ts';
import { drawTrainingData, oneClick } from '../support/drawTraining.ts';
import { presentEngines } from '../support/engines.ts';

interface LogisticFixture {
  readonly train: number;
  readonly inputs: number;
  readonly classes: number;
  readonly labels: readonly number[];
  readonly features: readonly number[];
  readonly cases: readonly {
    readonly strength: number;
    readonly classWeights: 'none' | 'balanced';
    readonly probabilities: readonly number[];
  }[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/logistic.json', import.meta.url), 'utf8'),
) as LogisticFixture;

const countRight = (head: Head, data: TrainingData, rows: Uint32Array): number => {
  const logits = applyHead(head, data.features, data.labels.length);
  const isRight = (row: number): boolean => {
    const own = logits.subarray(row * data.classes, (row + 1) * data.classes);
    return own.indexOf(Math.max(...own)) === data.labels[row];
  };
  return [...rows].filter(isRight).length;
};

describe.each(presentEngines)('one-click on %s', (name) => {
  it.each(fixture.cases)(
    'equals scikit-learn at C = $strength with weights $classWeights',
    async ({ strength, classWeights, probabilities }) => {
      const { tf } = await loadEngine(name);
      const { train, inputs, classes } = fixture;
      const features = Float32Array.from(fixture.features);
      const labels = Int32Array.from(fixture.labels);
      const parts = Uint8Array.from(fixture.labels, (_, i) => (i < train ? 0 : 2));
      const recipe = oneClick({ strengths: [strength], classWeights, maxIterations: 1000 });
      const { head } = await fitOneClickHead(tf, { features, inputs, classes, labels, parts }, recipe);
      const held = features.subarray(train * inputs);
      const found = softmaxRows(applyHead(head, held, labels.length - train), classes, 1);
      const worst = Math.max(...probabilities.map((value, i) => Math.abs(value - found[i]!)));
      expect(worst).toBeLessThan(1e-3);
    },
  );

  it('gives the same weights for the same seed and leaves no tensors', async () => {
    const { tf } = await loadEngine(name);
    const data = drawTrainingData({ images: 600 });
    const before = tf.memory().numTensors;
    const first = await fitOneClickHead(tf, data, oneClick());
    expect(await fitOneClickHead(tf, data, oneClick())).toEqual(first);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('one-click', () => {
  it.skipIf(presentEngines.length < 2).each([
    ['a few hundred', { images: 600 }],
    ['8,000', { images: 13_400, inputs: 96, classes: 6, distance: 0.15 }],
  ])('gives the same head on every engine within 0.001 from %s images', async (_, set) => {
    const data = drawTrainingData(set);
    const kernels: Float32Array[] = [];
    for (const name of presentEngines) {
      const { tf } = await loadEngine(name);
      const [layer] = (await fitOneClickHead(tf, data, oneClick())).head.layers;
      if (layer?.kind === 'dense') kernels.push(layer.kernel);
    }
    expect(kernels).toHaveLength(presentEngines.length);
    expect(kernels.every((kernel) => kernel.every(Number.isFinite))).toBe(true);
    for (const kernel of kernels) {
      expect(Math.max(...kernel.map((value, i) => Math.abs(value - kernels[0]![i]!)))).toBeLessThan(1e-3);
    }
  });

  it('chooses the strength of lowest validation loss and shows the way there', async () => {
    const { tf } = await loadEngine('auto');
    const data = drawTrainingData({ images: 600, inputs: 60 });
    const strengths = [0.0001, 0.003, 0.1, 3];
    const phases = new Set<string>();
    const fitted = await fitOneClickHead(tf, data, oneClick({ strengths }), {
      onProgress: ({ phase }) => phases.add(phase),
    });
    const losses: number[] = [];
    for (const strength of strengths) {
      const single = await fitOneClickHead(tf, data, oneClick({ strengths: [strength] }));
      losses.push(single.curve.at(-1)!.validationLoss!);
    }
    expect(fitted.chosenStrength).toBe(strengths[losses.indexOf(Math.min(...losses))]);
    expect(fitted.warnings).toEqual([]);
    expect([...phases].filter((phase) => phase.startsWith('trying')).length).toBeGreaterThanOrEqual(2);
    const epochs = fitted.curve.map(({ epoch }) => epoch);
    expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b));
    expect(fitted.curve.length).toBeGreaterThan(3);
    expect(fitted.curve.at(-1)!.trainLoss).toBeLessThan(fitted.curve[0]!.trainLoss);
  });

  it.each([0, 7])('uses the middle strength, and says so, with %d validation images', async (count) => {
    const { tf } = await loadEngine('auto');
    const data = drawTrainingData();
    let left = count;
    const parts = data.parts.map((part) => (part === 1 && left-- <= 0 ? 3 : part));
    const fitted = await fitOneClickHead(tf, { ...data, parts }, oneClick());
    expect(fitted.chosenStrength).toBe(0.01);
    expect(fitted.warnings).toEqual([expect.stringMatching(/too few to choose the strength/)]);
    expect(fitted.curve.every(({ validationLoss }) => (validationLoss === null) === (count === 0))).toBe(
      true,
    );
  });

  it('learns no more from shuffled labels than chance', async () => {
    const { tf } = await loadEngine('auto');
    let right = 0;
    let images = 0;
    for (let seed = 1; seed <= 6; seed++) {
      const data = drawTrainingData({ images: 500, classes: 4, distance: 2, seed });
      const test = listPart(data, 'test');
      const real = await fitOneClickHead(tf, data, oneClick());
      expect(countRight(real.head, data, test) / test.length).toBeGreaterThan(0.95);
      const shuffled = { ...data, labels: createRandom(seed).shuffle(data.labels.slice()) };
      right += countRight((await fitOneClickHead(tf, shuffled, oneClick())).head, shuffled, test);
      images += test.length;
    }
    const deviation = Math.sqrt(0.25 * 0.75 * images);
    expect(Math.abs(right - images / 4)).toBeLessThan(3.3 * deviation);
  });

  it('gives weight to a rare class only when asked to or when classes are skewed', async () => {
    expect([...weighClasses([30, 10, 0], 'auto')]).toEqual([1, 1, 1]);
    expect([...weighClasses([30, 9, 0], 'auto')]).toEqual([39 / 60, 39 / 18, 1]);
    expect([...weighClasses([100, 1], 'none')]).toEqual([1, 1]);
    const { tf } = await loadEngine('auto');
    const data = drawTrainingData({ images: 1200, classes: 2, distance: 0.15 });
    let kept = 0;
    // One image in twelve of class 1 stays.
    const parts = data.parts.map((part, i) => (data.labels[i] === 1 && kept++ % 12 > 0 ? 3 : part));
    const skewed = { ...data, parts };
    const rare = listPart(skewed, 'train').filter((row) => data.labels[row] === 1);
    expect(countLabels(data.labels, listPart(skewed, 'train'), 2)[0]).toBeGreaterThan(3 * rare.length);
    const recall = async (classWeights: 'auto' | 'none') => {
      const { head } = await fitOneClickHead(tf, skewed, oneClick({ classWeights }));
      const others = Uint32Array.from(parts.keys()).filter((i) => parts[i] === 3);
      return countRight(head, skewed, others) / others.length;
    };
    expect(await recall('auto')).toBeGreaterThan((await recall('none')) + 0.2);
  });

  it('copes with a class of one image, a class without any, and a constant feature', async () => {
    const { tf } = await loadEngine('auto');
    const data = drawTrainingData({ classes: 5 });
    let kept = false;
    for (let i = 0; i < data.labels.length; i++) {
      data.features[i * data.inputs] = 0.7;
      if (data.labels[i] === 4) data.parts[i] = 3;
      if (data.labels[i] !== 3) continue;
      if (kept) data.parts[i] = 3;
      kept = true;
    }
    const { head } = await fitOneClickHead(tf, data, oneClick());
    const probabilities = softmaxRows(applyHead(head, data.features, data.labels.length), 5, 1);
    expect(probabilities.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it('refuses features that are not numbers', async () => {
    const { tf } = await loadEngine('auto');
    const data = drawTrainingData();
    data.features[7] = Number.NaN;
    const before = tf.memory().numTensors;
    await expect(fitOneClickHead(tf, data, oneClick())).rejects.toMatchObject({ code: 'invalid' });
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(['at once', 'midway'])('cancels %s and leaves no tensors', async (when) => {
    const { tf } = await loadEngine('auto');
    const controller = new AbortController();
    if (when === 'at once') controller.abort();
    const before = tf.memory().numTensors;
    const run = fitOneClickHead(tf, drawTrainingData(), oneClick(), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(tf.memory().numTensors).toBe(before);
  });
});
