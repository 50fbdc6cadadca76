import { averageViews } from '../features/averageViews.ts';
import { createRandom } from '../math/random.ts';
import { readFeatures } from './readFeatures.ts';
import type { FeatureRows, TrainerInput } from './trainerProtocol.ts';
import { listPart, PART_CODES, type TrainingData } from './trainingData.ts';

/** Rows read at a time: a row of eight views of two networks is 74 kB. */
const PIECE = 1024;
/** Views that are learnt from, in all; of more a seeded share of each image is taken. */
const MAX_VIEW_BYTES = 600e6;

/** Features `[n, dims / views] float32` of images, averaged over their views. Throws what `readFeatures` throws. */
export async function readImages({ featureFile, dims, views = 1, rows }: FeatureRows): Promise<Float32Array> {
  if (views === 1) return readFeatures(featureFile, dims, rows);
  const inputs = dims / views;
  const features = new Float32Array(rows.length * inputs);
  for (let first = 0; first < rows.length; first += PIECE) {
    const part = rows.subarray(first, first + PIECE);
    const piece = await readFeatures(featureFile, dims, part);
    for (let i = 0; i < part.length; i++) {
      features.set(averageViews(piece.subarray(i * dims, (i + 1) * dims), inputs), (first + i) * inputs);
    }
  }
  return features;
}

/** The images of a training with their features, averaged over views. Throws what `readFeatures` throws. */
export async function readData(input: TrainerInput): Promise<TrainingData> {
  return {
    features: await readImages(input),
    inputs: input.dims / (input.views ?? 1),
    classes: input.classNames.length,
    labels: input.labels,
    parts: input.parts,
  };
}

/**
 * What a head learns from where images have views: each view of a training image as an example of its own, and the
 * validation images as they are predicted, averaged. `images` is what `readImages` gave.
 */
export async function readViews(input: TrainerInput, images: TrainingData): Promise<TrainingData> {
  const { dims, views = 1, rows, recipe } = input;
  const { inputs, labels, classes } = images;
  const train = listPart(images, 'train');
  const validation = listPart(images, 'validation');
  const affordable = Math.floor(MAX_VIEW_BYTES / (train.length * inputs * Float32Array.BYTES_PER_ELEMENT));
  const kept = Math.max(1, Math.min(views, affordable));
  const n = train.length * kept + validation.length;
  const features = new Float32Array(n * inputs);
  const taught = new Int32Array(n);
  const parts = new Uint8Array(n).fill(PART_CODES.train);
  const random = createRandom(recipe.seed);
  const order = Array.from({ length: views }, (_, view) => view);
  let at = 0;
  for (let first = 0; first < train.length; first += PIECE) {
    const part = train.subarray(first, first + PIECE);
    const own = Uint32Array.from(part, (index) => rows[index]!);
    const piece = await readFeatures(input.featureFile, dims, own);
    for (const [i, index] of part.entries()) {
      if (kept < views) random.shuffle(order);
      for (const view of order.slice(0, kept)) {
        const start = i * dims + view * inputs;
        features.set(piece.subarray(start, start + inputs), at * inputs);
        taught[at++] = labels[index]!;
      }
    }
  }
  for (const index of validation) {
    features.set(images.features.subarray(index * inputs, (index + 1) * inputs), at * inputs);
    parts[at] = PART_CODES.validation;
    taught[at++] = labels[index]!;
  }
  return { features, inputs, classes, labels: taught, parts };
}
