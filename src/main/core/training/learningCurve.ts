import { createRandom } from '../math/random.ts';
import { wilsonInterval } from '../math/wilson.ts';
import { loadEngine } from './engines.ts';
import { applyHead } from './head.ts';
import { fitOneClickHead } from './oneClickHead.ts';
import { readImages } from './readViews.ts';
import type { LearningCurveInput, LearningCurvePoint } from './trainerProtocol.ts';
import { listPart, PART_CODES, type FitOptions } from './trainingData.ts';

/** Shares of the training part that are tried; whole units (groups) are drawn, so shares are approximate. */
const SHARES = [0.1, 0.2, 0.4, 0.7, 1];

/**
 * Validation accuracy of the one-click head when only so many training images are used: whether more labels would
 * still help. The test part is never looked at. Sizes at which a class would be missing are left out.
 */
export async function measureLearningCurve(
  input: LearningCurveInput,
  options: FitOptions = {},
): Promise<LearningCurvePoint[]> {
  const { tf } = await loadEngine(input.engine);
  const features = await readImages(input);
  const inputs = input.dims / (input.views ?? 1);
  const classes = input.classNames.length;
  const train = listPart(input, 'train');
  const validation = listPart(input, 'validation');
  if (train.length === 0 || validation.length === 0) return [];
  const order = [...new Set(Array.from(train, (index) => input.units[index]!))];
  createRandom(input.recipe.seed).shuffle(order);
  const present = new Set(Array.from(train, (index) => input.labels[index]!)).size;

  const points: LearningCurvePoint[] = [];
  for (const share of SHARES) {
    const units = new Set(order.slice(0, Math.max(1, Math.round(order.length * share))));
    const used = train.filter((index) => units.has(input.units[index]!));
    // With few groups two shares can come to the same images.
    if (used.length === points.at(-1)?.trainImages) continue;
    if (new Set(Array.from(used, (index) => input.labels[index]!)).size < present) continue;
    const parts = input.parts.slice();
    for (const index of train) if (!units.has(input.units[index]!)) parts[index] = PART_CODES.none;
    const data = { features, inputs, classes, labels: input.labels, parts };
    const { head } = await fitOneClickHead(tf, data, input.recipe, options);
    const logits = applyHead(head, selectRows(features, inputs, validation), validation.length);
    const right = countRight(logits, classes, validation, input.labels);
    points.push({
      trainImages: used.length,
      accuracy: right / validation.length,
      interval: wilsonInterval(right, validation.length),
    });
  }
  return points;
}

function selectRows(features: Float32Array, dims: number, rows: Uint32Array): Float32Array {
  const selected = new Float32Array(rows.length * dims);
  rows.forEach((row, index) => selected.set(features.subarray(row * dims, (row + 1) * dims), index * dims));
  return selected;
}

function countRight(logits: Float32Array, classes: number, rows: Uint32Array, labels: Int32Array): number {
  let right = 0;
  rows.forEach((row, index) => {
    const own = logits.subarray(index * classes, (index + 1) * classes);
    if (own.indexOf(Math.max(...own)) === labels[row]) right += 1;
  });
  return right;
}
