import { createRandom } from '../../src/main/core/math/random.ts';
import { defaultRecipe } from '../../src/main/core/training/recipes.ts';
import type { TrainingData } from '../../src/main/core/training/trainingData.ts';
import type { OneClickRecipe, PaperRecipe } from '../../src/shared/training.ts';

/** A small drawn set whose classes overlap: Gaussian clouds, cut into parts by turns of 3 : 1 : 1. */
export function drawTrainingData(options: Partial<DrawnSet> = {}): TrainingData {
  const { images, inputs, classes, distance, seed } = { ...DEFAULTS, ...options };
  const random = createRandom(seed);
  const centres = Float32Array.from({ length: classes * inputs }, () => random.normal() * distance);
  const features = new Float32Array(images * inputs);
  const labels = new Int32Array(images);
  const parts = new Uint8Array(images);
  for (let i = 0; i < images; i++) {
    const label = i % classes;
    labels[i] = label;
    parts[i] = [0, 0, 0, 1, 2][Math.floor(i / classes) % 5]!;
    for (let j = 0; j < inputs; j++) {
      features[i * inputs + j] = 0.5 + centres[label * inputs + j]! + random.normal();
    }
  }
  return { features, inputs, classes, labels, parts };
}

interface DrawnSet {
  readonly images: number;
  readonly inputs: number;
  readonly classes: number;
  /** Spread of the class centres in units of the clouds' own. */
  readonly distance: number;
  readonly seed: number;
}

const DEFAULTS: DrawnSet = { images: 300, inputs: 24, classes: 3, distance: 0.35, seed: 3 };

export function oneClick(changes: Partial<OneClickRecipe> = {}): OneClickRecipe {
  return { ...(defaultRecipe('one-click') as OneClickRecipe), ...changes };
}

export function paper(changes: Partial<PaperRecipe> = {}): PaperRecipe {
  return { ...(defaultRecipe('paper') as PaperRecipe), epochs: 4, ...changes };
}
