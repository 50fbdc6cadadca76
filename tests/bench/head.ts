import { loadEngine, type Tf } from '../../src/main/core/training/engines.ts';
import { applyHead, type Head } from '../../src/main/core/training/head.ts';
import { fitOneClickHead } from '../../src/main/core/training/oneClickHead.ts';
import { fitPaperHead } from '../../src/main/core/training/paperHead.ts';
import { listPart, type TrainingData } from '../../src/main/core/training/trainingData.ts';
import { createRandom } from '../../src/main/core/math/random.ts';
import '../support/backbones.ts';
import { computeClassFeatures, drawClassFeatures, type ClassFeatures } from '../support/classFeatures.ts';
import { oneClick, paper } from '../support/drawTraining.ts';
import { sharedData, sharedModels } from '../support/shared.ts';
import { medianOf, round, say, type Benchmark } from './benchmark.ts';

const TRAIN = 4_000;
const VALIDATION = 300;
const SEEDS = [1, 2, 3];

/** What one way to train took and reached. */
interface Trial {
  readonly ms: number;
  /** On images that no part of the training saw. */
  readonly accuracy: number;
}

/**
 * One-click on 4,000 × 1,280 features beside TensorFlow.js's own `model.fit` of the paper's head on the same
 * images, in turns; and our training of that head. Accuracies are means, times medians, over three splits.
 */
export const benchHead: Benchmark = async ({ images }) => {
  const { tf, info } = await loadEngine('auto');
  const set = await gatherFeatures();
  const trials: Record<'oneClick' | 'fit' | 'paper', Trial[]> = { oneClick: [], fit: [], paper: [] };
  // Native libraries start their threads and pick their kernels at the first call.
  await fitOneClickHead(tf, split(set, 400, 0), oneClick());
  for (const seed of SEEDS) {
    const data = split(set, images ?? TRAIN, seed);
    trials.oneClick.push(
      await measure(data, async () => (await fitOneClickHead(tf, data, oneClick({ seed }))).head),
    );
    trials.paper.push(
      await measure(data, async () => (await fitPaperHead(tf, data, paper({ seed, epochs: 10 }))).head),
    );
    trials.fit.push(await measureFit(tf, data));
    const [one, own, fit] = [trials.oneClick.at(-1)!, trials.paper.at(-1)!, trials.fit.at(-1)!];
    say(`${info.name}, split ${seed}: one-click ${show(one)}, paper ${show(own)}, model.fit ${show(fit)}`);
  }
  const ms = (key: keyof typeof trials) => medianOf(trials[key].map((trial) => trial.ms));
  const accuracy = (key: keyof typeof trials) =>
    trials[key].reduce((sum, trial) => sum + trial.accuracy, 0) / SEEDS.length;
  return {
    figures: {
      speedupOverFit: round(ms('fit') / ms('oneClick'), 1),
      accuracyDifference: round(accuracy('oneClick') - accuracy('fit'), 4),
      oneClickMs: round(ms('oneClick'), 0),
      fitMs: round(ms('fit'), 0),
      paperMs: round(ms('paper'), 0),
      paperSpeedupOverFit: round(ms('fit') / ms('paper'), 1),
      oneClickAccuracy: round(accuracy('oneClick'), 4),
      fitAccuracy: round(accuracy('fit'), 4),
      paperAccuracy: round(accuracy('paper'), 4),
      images: images ?? TRAIN,
    },
    targets: { speedupOverFit: '>= 10', accuracyDifference: '>= -0.005' },
  };
};

const show = ({ ms, accuracy }: Trial): string => `${round(ms, 0)} ms ${round(100 * accuracy, 1)} %`;

async function gatherFeatures(): Promise<ClassFeatures> {
  if (sharedModels === null) {
    say('Colorectal tiles and backbones are not here; drawing features instead.');
    return drawClassFeatures(TRAIN + 1_000, 1280, 8);
  }
  say('Computing features of 5,000 tissue tiles …');
  return computeClassFeatures(sharedData('colorectal_histology_gray128'), 'mobilenet_v2');
}

/** `train` images to learn from, 300 to choose by, the rest to test on. */
function split(
  { features, inputs, labels, classNames }: ClassFeatures,
  train: number,
  seed: number,
): TrainingData {
  const order = createRandom(seed).shuffle(Array.from(labels.keys()));
  const parts = new Uint8Array(labels.length).fill(2);
  for (const row of order.slice(0, train)) parts[row] = 0;
  for (const row of order.slice(train, train + VALIDATION)) parts[row] = 1;
  return { features, inputs, labels, parts, classes: classNames.length };
}

async function measure(data: TrainingData, fit: () => Promise<Head>): Promise<Trial> {
  const began = performance.now();
  const head = await fit();
  const ms = performance.now() - began;
  return { ms, accuracy: countRight(data, applyHead(head, data.features, data.labels.length)) };
}

/** Share of the test part whose largest of `[n, classes]` scores is that of its class. */
function countRight({ labels, parts, classes }: TrainingData, scores: Float32Array): number {
  const test = listPart({ labels, parts }, 'test');
  const right = test.filter((row) => {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own)) === labels[row];
  });
  return right.length / test.length;
}

/** The paper's head as the TensorFlow.js documentation trains it: ten epochs of 32 by `model.fit`. */
export async function measureFit(tf: Tf, data: TrainingData): Promise<Trial> {
  const { inputs, classes, features, labels } = data;
  const rows = Array.from(listPart(data, 'train'));
  const all = tf.tensor2d(features, [labels.length, inputs]);
  const x = tf.gather(all, rows);
  const y = tf.oneHot(
    tf.tensor1d(
      rows.map((row) => labels[row]!),
      'int32',
    ),
    classes,
  );
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [inputs], units: 128, activation: 'relu' }),
      tf.layers.batchNormalization(),
      tf.layers.dense({ units: 64, activation: 'relu' }),
      tf.layers.batchNormalization(),
      tf.layers.dense({ units: classes, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy' });
  const began = performance.now();
  await model.fit(x, y, { epochs: 10, batchSize: 32, verbose: 0 });
  const ms = performance.now() - began;
  const scores = tf.tidy(() => (model.predict(all) as typeof all).dataSync() as Float32Array);
  tf.dispose([all, x, y]);
  model.dispose();
  return { ms, accuracy: countRight(data, Float32Array.from(scores)) };
}
