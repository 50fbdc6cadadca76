import type { PaperRecipe } from '../../../shared/training.ts';
import { createRandom } from '../math/random.ts';
import { applyHeadOnEngine } from './engineHead.ts';
import type { Matrix } from './engineProducts.ts';
import type { Tf } from './engines.ts';
import type { Head } from './head.ts';
import { PaperNetwork } from './paperNetwork.ts';
import { openPaperStep } from './paperStep.ts';
import { PAPER_EPOCHS } from './recipes.ts';
import { trainEpochs, type EpochOptions } from './trainEpochs.ts';
import { listPart, type FittedHead, type TrainingData } from './trainingData.ts';

/** Batch-norm statistics settle long before this many images. */
const STATISTICS_ROWS = 4_096;

/**
 * The paper's head, trained by epochs: the same data, recipe and seed give the same weights on the same engine. Keeps,
 * goes on and throws as `trainEpochs` does.
 */
export async function fitPaperHead(
  tf: Tf,
  data: TrainingData,
  recipe: PaperRecipe,
  options: EpochOptions = {},
): Promise<FittedHead> {
  // A model that was trained before a setting existed goes on without it.
  const settings = { ...PAPER_EPOCHS, ...recipe };
  const random = createRandom(recipe.seed);
  const network = new PaperNetwork(tf, random, data.inputs, data.classes);
  const step = await openPaperStep(tf, network);
  const trainRows = listPart(data, 'train');
  const statistics = takeRows(data, random.shuffle(trainRows.slice()).subarray(0, STATISTICS_ROWS));
  // A batch has at most one image more than its size; new arrays for each would cost more than filling them.
  const room = new Float32Array(Math.min(trainRows.length, settings.batchSize + 1) * data.inputs);
  try {
    const { best, bestEpoch, curve, warnings } = await trainEpochs<Head>(
      {
        parameters: network.parameters,
        arena: network.arena,
        compute: (rows, targets) => step.compute(takeRows(data, rows, room), targets),
        freeze: () => network.freeze(statistics),
        predict: (head, rows) =>
          Promise.resolve(applyHeadOnEngine(tf, head, takeRows(data, rows).values, rows.length)),
      },
      data,
      settings,
      random,
      options,
    );
    const by = step.by === undefined ? {} : { steps: step.by };
    return { head: best, curve, chosenStrength: null, bestEpoch, warnings, ...by };
  } finally {
    await step.close();
  }
}

/** `room`, where it is given, takes the features; it must not be used until the batch is done with. */
function takeRows({ features, inputs }: TrainingData, rows: Uint32Array, room?: Float32Array): Matrix {
  const values = room?.subarray(0, rows.length * inputs) ?? new Float32Array(rows.length * inputs);
  for (const [i, row] of rows.entries()) {
    values.set(features.subarray(row * inputs, (row + 1) * inputs), i * inputs);
  }
  return { values, rows: rows.length, columns: inputs };
}
