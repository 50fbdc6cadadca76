import { createRandom } from '../../src/main/core/math/random.ts';
import { applyHeadOnEngine } from '../../src/main/core/training/engineHead.ts';
import type { Tf } from '../../src/main/core/training/engines.ts';
import type { Head } from '../../src/main/core/training/head.ts';
import { listPart, PART_CODES, type TrainingData } from '../../src/main/core/training/trainingData.ts';
import type { ClassFeatures } from '../support/classFeatures.ts';

/** `train` images to learn from, `validation` to choose by, `test` (all others by default) to test on, by a seed. */
export function splitRandomly(
  { features, inputs, labels, classNames }: ClassFeatures,
  counts: { readonly train: number; readonly validation: number; readonly test?: number },
  seed: number,
): TrainingData {
  const order = createRandom(seed).shuffle(Array.from(labels.keys()));
  const parts = new Uint8Array(labels.length).fill(PART_CODES.none);
  const firstTest = counts.train + counts.validation;
  for (const [i, row] of order.entries()) {
    if (i < counts.train) parts[row] = PART_CODES.train;
    else if (i < firstTest) parts[row] = PART_CODES.validation;
    else if (i < firstTest + (counts.test ?? Infinity)) parts[row] = PART_CODES.test;
  }
  return { features, inputs, labels, parts, classes: classNames.length };
}

/** Logits and labels of one part. */
export function scorePart(
  tf: Tf,
  head: Head,
  data: TrainingData,
  part: 'validation' | 'test',
): { readonly logits: Float32Array; readonly labels: Int32Array } {
  const rows = listPart(data, part);
  const features = new Float32Array(rows.length * data.inputs);
  for (const [i, row] of rows.entries()) {
    features.set(data.features.subarray(row * data.inputs, (row + 1) * data.inputs), i * data.inputs);
  }
  const labels = Int32Array.from(rows, (row) => data.labels[row]!);
  return { logits: applyHeadOnEngine(tf, head, features, rows.length), labels };
}
