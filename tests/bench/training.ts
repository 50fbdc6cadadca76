import type { PaperRecipe } from '../../src/shared/training.ts';
import { fitTemperature } from '../../src/main/core/evaluation/temperature.ts';
import { loadEngine, type Tf } from '../../src/main/core/training/engines.ts';
import { applyHead, softmaxRows, type Head } from '../../src/main/core/training/head.ts';
import { fitOneClickHead } from '../../src/main/core/training/oneClickHead.ts';
import { fitPaperHead } from '../../src/main/core/training/paperHead.ts';
import type { TrainingData } from '../../src/main/core/training/trainingData.ts';
import '../support/backbones.ts';
import { drawClassFeatures, type ClassFeatures } from '../support/classFeatures.ts';
import { oneClick, paper } from '../support/drawTraining.ts';
import { presentEngines } from '../support/engines.ts';
import { medianOf, round, say, type Benchmark } from './benchmark.ts';
import { findSetFeatures } from './cachedFeatures.ts';
import { measureFit } from './head.ts';
import { benchLiveRefit } from './liveRefit.ts';
import { scorePart, splitRandomly } from './randomSplit.ts';
import { sayRecipes } from './recipeTable.ts';
import { prepareScikitLearn } from './scikitLearn.ts';
import { makeWorkFolder } from './tiles.ts';

const ROUNDS = 3;
const PAPER_IMAGES = 4_000;

/**
 * The speed of training on cached features: the paper's head beside TensorFlow.js `model.fit` and scikit-learn, one-click
 * on 20,000 images, learning while labelling; and how far the engines differ. On standard error, what each recipe
 * reaches on real sets.
 */
export const benchTraining: Benchmark = async () => {
  const { folder, cleanUp } = await makeWorkFolder();
  try {
    const tissue =
      (await findSetFeatures('colorectal_histology_gray128', 'mobilenet_v2')) ??
      drawClassFeatures(PAPER_IMAGES + 1_000, 1280, 8);
    const land = (await findSetFeatures('eurosat', 'mobilenet_v2')) ?? drawClassFeatures(21_000, 1280, 10);
    const { tf } = await loadEngine('auto');
    const paperFigures = await benchPaperHead(tf, tissue);
    const oneClickMs20k = await benchOneClick(tf, land);
    const live = await benchLiveRefit(folder, land);
    const engineDifference = await compareEngines(land);
    await sayRecipes(tf);
    return {
      figures: { ...paperFigures, oneClickMs20k, ...live, ...engineDifference },
      targets: {
        paperHeadSpeedupOverFit: '>= 5',
        paperHeadRatioToSklearn: '<= 1',
        oneClickMs20k: '<= 1000',
        refitMs20k: '<= 1000',
        refreshMs100k: '<= 1000',
        engineDifference: '<= 0.001',
      },
    };
  } finally {
    await cleanUp();
  }
};

/** Ten epochs of 32 on 4,000 × 1,280, in turns; `model.fit` once, because it takes a dozen times as long. */
async function benchPaperHead(tf: Tf, set: ClassFeatures): Promise<Record<string, number>> {
  const recipe: PaperRecipe = paper({ epochs: 10, batchSize: 32 });
  const data = splitRandomly(set, { train: PAPER_IMAGES, validation: 0 }, 1);
  const scikitLearn = await prepareScikitLearn(orderAsSplit(set, data), PAPER_IMAGES);
  const [own, theirs]: [number[], number[]] = [[], []];
  // Native libraries start their threads and pick their kernels at the first call.
  await fitPaperHead(tf, splitRandomly(set, { train: 400, validation: 0 }, 1), paper({ epochs: 1 }));
  try {
    for (let round = 0; round < ROUNDS; round++) {
      own.push(await time(() => fitPaperHead(tf, data, recipe)));
      const fitted = await scikitLearn.fit();
      if (fitted !== null) theirs.push(fitted.ms);
      say(
        `paper head ${own.at(-1)!.toFixed(0)} ms, scikit-learn ${theirs.at(-1)?.toFixed(0) ?? 'missing'} ms`,
      );
    }
  } finally {
    await scikitLearn.cleanUp();
  }
  const fit = await measureFit(tf, data);
  say(`model.fit ${fit.ms.toFixed(0)} ms`);
  return {
    paperHeadSpeedupOverFit: round(fit.ms / medianOf(own), 1),
    // Absent, not made up, where there is no scikit-learn.
    ...(theirs.length === 0 ? {} : { paperHeadRatioToSklearn: round(medianOf(own) / medianOf(theirs), 2) }),
    paperHeadMs: round(medianOf(own), 0),
    modelFitMs: round(fit.ms, 0),
    ...(theirs.length === 0 ? {} : { sklearnMs: round(medianOf(theirs), 0) }),
  };
}

/** The same images in the order that scikit-learn is told of: those of training first. */
function orderAsSplit(
  { features, inputs, labels, classNames }: ClassFeatures,
  data: TrainingData,
): ClassFeatures {
  const order = Array.from(labels.keys()).sort((a, b) => data.parts[a]! - data.parts[b]! || a - b);
  const sorted = new Float32Array(features.length);
  for (const [i, row] of order.entries()) {
    sorted.set(features.subarray(row * inputs, (row + 1) * inputs), i * inputs);
  }
  return { features: sorted, inputs, classNames, labels: Int32Array.from(order, (row) => labels[row]!) };
}

/** 20,000 labelled images: 16,000 to learn from, 2,000 to choose strength and temperature by, 2,000 left for the test. */
async function benchOneClick(tf: Tf, set: ClassFeatures): Promise<number> {
  const times: number[] = [];
  for (let seed = 0; seed <= ROUNDS; seed++) {
    const data = splitRandomly(set, { train: 16_000, validation: 2_000, test: 2_000 }, seed);
    const ms = await time(async () => {
      const { head } = await fitOneClickHead(tf, data, oneClick({ seed }));
      const { logits, labels } = scorePart(tf, head, data, 'validation');
      fitTemperature(logits, labels, data.classes);
    });
    // The first warms the engine up.
    if (seed > 0) times.push(ms);
    say(`one-click on 20,000 images: ${ms.toFixed(0)} ms`);
  }
  return round(medianOf(times), 0);
}

/**
 * The largest difference of a weight or a probability between the engines that are present: one-click on 8,000 images,
 * and the paper's head after 50 steps. Absent where there is one engine only.
 */
async function compareEngines(set: ClassFeatures): Promise<Record<string, number>> {
  if (presentEngines.length < 2) return {};
  const large = splitRandomly(set, { train: 8_000, validation: 800, test: 1_000 }, 1);
  const small = splitRandomly(set, { train: 1_600, validation: 0, test: 1_000 }, 1);
  const heads: Record<'oneClick' | 'paper', Head[]> = { oneClick: [], paper: [] };
  for (const name of presentEngines) {
    const { tf } = await loadEngine(name);
    heads.oneClick.push((await fitOneClickHead(tf, large, oneClick())).head);
    heads.paper.push((await fitPaperHead(tf, small, paper({ epochs: 1 }))).head);
  }
  const differences = [differ(heads.oneClick, large), differ(heads.paper, small)];
  say(
    `engines ${presentEngines.join(', ')} differ by ${differences.map(String).join(' (one-click), ')} (paper)`,
  );
  return { engineDifference: Math.max(...differences) };
}

/** Between the first of some heads and the others. */
function differ([first, ...others]: readonly Head[], { features, inputs, classes }: TrainingData): number {
  const images = 1_000;
  const say = (head: Head): Float32Array =>
    softmaxRows(applyHead(head, features.subarray(0, images * inputs), images), classes, 1);
  let most = 0;
  for (const other of others) {
    for (const [a, b] of [[say(first!), say(other)] as const, [kernelOf(first!), kernelOf(other)] as const]) {
      for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
    }
  }
  return most;
}

function kernelOf({ layers: [layer] }: Head): Float32Array {
  return layer?.kind === 'dense' ? layer.kernel : new Float32Array(0);
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
