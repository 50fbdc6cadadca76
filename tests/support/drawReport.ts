import sharp from 'sharp';
import type { ClassMetrics, Evaluation, Proportion } from '../../src/shared/evaluation.ts';
import type { ModelCard } from '../../src/shared/training.ts';
import { defaultRecipe } from '../../src/main/core/training/recipes.ts';
import type { PredictionRow, ReportData } from '../../src/main/core/reports/reportData.ts';

const COLORS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#f0e442', '#999999'];

/** A proportion with a rough interval: enough for a page, never for a claim. */
function share(k: number, n: number): Proportion {
  if (n === 0) return { k, n, value: null, interval: null };
  const value = k / n;
  const half = 1.96 * Math.sqrt((value * (1 - value) + 1 / n) / n);
  return { k, n, value, interval: [Math.max(0, value - half), Math.min(1, value + half)] };
}

/** An evaluation whose confusion matrix is strong on the diagonal; `support[i]` images of class i. */
export function drawEvaluation(
  names: readonly string[],
  support: readonly number[],
  grouped = true,
): Evaluation {
  const confusion = support.map((n, actual) => {
    const row = names.map((_, predicted) =>
      actual === predicted ? 0 : Math.floor((n * ((actual + predicted) % 3)) / 40),
    );
    row[actual] = n - row.reduce((sum, count) => sum + count, 0);
    return row;
  });
  const images = support.reduce((sum, n) => sum + n, 0);
  const right = confusion.reduce((sum, row, index) => sum + row[index]!, 0);
  const perClass = names.map((name, classIndex): ClassMetrics => {
    const hit = confusion[classIndex]![classIndex]!;
    const called = confusion.reduce((sum, row) => sum + row[classIndex]!, 0);
    return {
      classIndex,
      name,
      support: support[classIndex]!,
      precision: share(hit, called),
      recall: share(hit, support[classIndex]!),
      f1: (2 * hit) / Math.max(1, called + support[classIndex]!),
    };
  });
  const accuracy = share(right, images);
  const figures = { ece: 0.021, brier: 0.154, logLoss: 0.311 };
  return {
    images,
    units: grouped ? 14 : images,
    accuracy: accuracy.value!,
    interval: accuracy.interval!,
    intervalMethod: grouped ? 'group-bootstrap' : 'wilson',
    balancedAccuracy: accuracy.value! - 0.02,
    balancedInterval: [accuracy.interval![0] - 0.03, accuracy.interval![1] - 0.01],
    macroF1: 0.871,
    kappa: 0.852,
    perClass,
    confusion,
    ece: figures.ece,
    calibration: { before: { ece: 0.089, brier: 0.181, logLoss: 0.402 }, after: figures, temperature: 1.87 },
  };
}

/** A card of the paper's recipe over `names`; every other fact is fixed. */
export function drawCard(names: readonly string[], name = 'Tissue types, first try'): ModelCard {
  const support = names.map((_, index) => (index === names.length - 1 && names.length > 3 ? 6 : 44 + index));
  const images = support.reduce((sum, n) => sum + n, 0);
  return {
    format: 1,
    modelId: 'm-2026-03-01-1405-7f3a',
    name,
    createdAt: Date.UTC(2026, 2, 1, 14, 5),
    classes: names.map((className, index) => ({
      classId: index + 1,
      name: className,
      color: COLORS[index % COLORS.length]!,
    })),
    recipe: defaultRecipe('paper', {}, 7),
    engine: { name: 'tfjs-node', version: '4.22.0', device: 'cpu' },
    featureKey: 'mobilenet_v2-1-160-d1',
    decoderVersion: 'd1',
    parameters: { total: 2_431_496, trainable: 173_128 },
    split: {
      seed: 7,
      fractions: { train: 0.6, validation: 0.2, test: 0.2 },
      images: { train: images * 3, validation: images, test: images },
      groups: { train: 41, validation: 14, test: 14 },
      grouped: true,
      groupOverlap: 0,
      contentOverlap: 0,
      excluded: 3,
    },
    chosenStrength: null,
    bestEpoch: 7,
    curve: Array.from({ length: 10 }, (_, index) => ({
      epoch: index + 1,
      trainLoss: 1.9 * Math.exp(-index / 2.4) + 0.05,
      trainAccuracy: 1 - 0.6 * Math.exp(-index / 2),
      validationLoss: 1.6 * Math.exp(-index / 2.4) + 0.33 + Math.max(0, index - 6) * 0.02,
      validationAccuracy: 0.89 - 0.45 * Math.exp(-index / 2),
    })),
    temperature: 1.87,
    libraryFingerprint: '6f1d3c0b8a2e4f5d9c7b1a0e3d2f4c5b6a798081726354f5e6d7c8b9a0f1e2d3',
    validation: drawEvaluation(names, support),
    test: drawEvaluation(names, support),
    seconds: { features: 38.4, head: 2.3, evaluation: 0.4, total: 41.6 },
    warnings: [],
  };
}

/** A tile that looks faintly like stained tissue, as JPEG. */
export async function drawTile(seed: number, side = 150): Promise<Buffer> {
  const rgb = Buffer.alloc(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const wave =
        Math.sin(x / (5 + (seed % 7))) * Math.cos(y / (4 + (seed % 5))) + Math.sin((x * y) / 900 + seed);
      rgb[(y * side + x) * 3] = 205 + 22 * wave;
      rgb[(y * side + x) * 3 + 1] = 150 + 40 * wave;
      rgb[(y * side + x) * 3 + 2] = 195 + 18 * wave;
    }
  }
  return await sharp(rgb, { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
}

export const TISSUES = ['Tumour', 'Stroma', 'Complex', 'Lymphocytes', 'Debris', 'Mucosa', 'Adipose', 'Empty'];

/** A whole report over `names`: eight tissue types unless others are asked for. */
export async function drawReport(names: readonly string[] = TISSUES): Promise<ReportData> {
  const card = drawCard(names);
  const predictions: PredictionRow[] = [];
  for (let index = 0; index < 300; index++) {
    const actual = names[index % names.length]!;
    const wrong = index % 9 === 0;
    const predicted = wrong ? names[(index + 1) % names.length]! : actual;
    const confidence = wrong ? 0.35 + (index % 50) / 100 : 0.55 + (index % 45) / 100;
    predictions.push({
      path: `slides/${actual}/tile ${index}.png`,
      group: `slide ${index % 14}`,
      part: 'test',
      actual,
      predicted,
      confidence,
      probabilities: names.map((name) =>
        name === predicted ? confidence : (1 - confidence) / (names.length - 1),
      ),
    });
  }
  const mistakes = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => ({
      imageId: index + 1,
      path: `slides/${names[index % names.length]!}/CRC-Prim-HE-0${index}_tile_${index * 131}.tif`,
      actual: names[index % names.length]!,
      predicted: names[(index + 1) % names.length]!,
      confidence: 0.991 - index * 0.013,
      picture: await drawTile(index),
      saliency: index % 3 === 2 ? null : await drawTile(index + 50),
    })),
  );
  return {
    card,
    libraryName: 'Colon study',
    createdAt: Date.UTC(2026, 2, 1, 14, 12),
    counts: { images: 1_842, labelled: 1_790, rejected: 4, duplicates: 12, conflicts: 1 },
    classes: names.map((name, index) => ({
      name,
      color: COLORS[index % COLORS.length]!,
      train: 132 + index,
      validation: 44 + index,
      test: index === names.length - 1 && names.length > 3 ? 6 : 44 + index,
    })),
    mistakes,
    predictions,
    learningCurve: [50, 100, 200, 400, 800, 1_080].map((trainImages, index) => ({
      trainImages,
      accuracy: 0.62 + 0.052 * index,
      interval: [0.55 + 0.055 * index, 0.69 + 0.049 * index],
    })),
    evaluations: 2,
    warnings: ['The class Empty has only 6 test images: its figures say little.'],
  };
}
