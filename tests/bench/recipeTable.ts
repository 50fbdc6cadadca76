import type { Recipe } from '../../src/shared/training.ts';
import { measureCalibration } from '../../src/main/core/evaluation/confidence.ts';
import { fitTemperature } from '../../src/main/core/evaluation/temperature.ts';
import { argMax } from '../../src/main/core/math/softmax.ts';
import type { Tf } from '../../src/main/core/training/engines.ts';
import { fitOneClickHead } from '../../src/main/core/training/oneClickHead.ts';
import { fitPaperHead } from '../../src/main/core/training/paperHead.ts';
import type { FittedHead, TrainingData } from '../../src/main/core/training/trainingData.ts';
import { oneClick, paper } from '../support/drawTraining.ts';
import { say } from './benchmark.ts';
import { findSetFeatures, type SetName } from './cachedFeatures.ts';
import { scorePart, splitRandomly } from './randomSplit.ts';

const SETS: readonly SetName[] = ['colorectal_histology_gray128', 'eurosat'];
const SEEDS = [1, 2, 3];
/** Of the images that are not tested on, for choosing and for the temperature. */
const VALIDATION_SHARE = 0.1;

interface Outcome {
  readonly seconds: number;
  readonly accuracy: number;
  /** Expected calibration error after temperature. */
  readonly ece: number;
}

const RECIPES: readonly {
  readonly name: Recipe['name'];
  readonly fit: (tf: Tf, data: TrainingData, seed: number) => Promise<FittedHead>;
}[] = [
  { name: 'one-click', fit: (tf, data, seed) => fitOneClickHead(tf, data, oneClick({ seed })) },
  { name: 'paper', fit: (tf, data, seed) => fitPaperHead(tf, data, paper({ seed, epochs: 10 })) },
];

/** Says, on standard error, what each recipe on the features of one V2 takes and reaches: random 80/20, three seeds. */
export async function sayRecipes(tf: Tf): Promise<void> {
  for (const name of SETS) {
    const set = await findSetFeatures(name, 'mobilenet_v2');
    if (set === null) continue;
    say(`\n${name}, mobilenet_v2, random 80/20, ${SEEDS.length} seeds`);
    say('recipe      seconds   accuracy %       ECE');
    for (const recipe of RECIPES) {
      const outcomes: Outcome[] = [];
      for (const seed of SEEDS) {
        const known = Math.round(set.labels.length * 0.8);
        const validation = Math.round(known * VALIDATION_SHARE);
        const data = splitRandomly(set, { train: known - validation, validation }, seed);
        const began = performance.now();
        const { head } = await recipe.fit(tf, data, seed);
        const seconds = (performance.now() - began) / 1000;
        outcomes.push({ seconds, ...judge(tf, head, data) });
      }
      const accuracies = outcomes.map(({ accuracy }) => 100 * accuracy);
      const cells = [
        recipe.name.padEnd(10),
        mean(outcomes.map(({ seconds }) => seconds))
          .toFixed(2)
          .padStart(8),
        `${mean(accuracies).toFixed(1)} ± ${deviation(accuracies).toFixed(1)}`.padStart(12),
        mean(outcomes.map(({ ece }) => ece))
          .toFixed(3)
          .padStart(9),
      ];
      say(cells.join('  '));
    }
  }
}

function judge(tf: Tf, head: FittedHead['head'], data: TrainingData): Omit<Outcome, 'seconds'> {
  const chosen = scorePart(tf, head, data, 'validation');
  const { temperature } = fitTemperature(chosen.logits, chosen.labels, data.classes);
  const { logits, labels } = scorePart(tf, head, data, 'test');
  const right = labels.filter((label, row) => argMax(logits, row * data.classes, data.classes) === label);
  const { ece } = measureCalibration(logits, labels, data.classes, temperature);
  return { accuracy: right.length / labels.length, ece };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
