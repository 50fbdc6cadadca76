import type { FineTuneRecipe, FromScratchRecipe, OneClickRecipe } from '../../../shared/training.ts';
import { cutNetwork } from '../features/cutNetwork.ts';
import type { BackboneModel } from '../features/layersModel.ts';
import { createRandom } from '../math/random.ts';
import type { Tf } from './engines.ts';
import type { DenseLayer, Head } from './head.ts';
import { fitOneClickHead } from './oneClickHead.ts';
import { defaultRecipe } from './recipes.ts';
import type { RowSource } from './rowSource.ts';
import { drawSimpleCnn } from './simpleCnn.ts';
import { TfNetwork, type NetworkDesign } from './tfNetwork.ts';
import { trainEpochs, type EpochOptions, type LabelledParts } from './trainEpochs.ts';
import type { FittedHead, TrainingData } from './trainingData.ts';

/** A network of its own with its head, and what it says of all images. */
export interface FittedNetwork extends FittedHead {
  /** Features for the head. */
  readonly network: BackboneModel;
  /** `[n, classes]` of every image given. */
  readonly logits: Float32Array;
  /** How many numbers were trained. */
  readonly trainable: number;
}

/** Images by what the frozen part of the network says of them. */
export interface FineTuneData extends TrainingData {
  /** The whole network, before. */
  readonly model: BackboneModel;
  /** What comes into the blocks that learn. */
  readonly maps: RowSource;
}

/**
 * Trains a one-click head on the features as they are, then the last blocks of the network together with it, at a low
 * rate. The head alone counts as epoch 0: where training the blocks makes nothing better, it is what is kept. Goes on and
 * throws as `trainEpochs` does, and as `cutNetwork`.
 */
export async function fineTune(
  tf: Tf,
  data: FineTuneData,
  recipe: FineTuneRecipe,
  options: EpochOptions = {},
): Promise<FittedNetwork> {
  const { model, maps } = data;
  const { tail, cut, shape } = cutNetwork(model, recipe.unfrozenBlocks, recipe.features.resolution);
  const first = await fitFirstHead(tf, data, recipe, options);
  const design: NetworkDesign = {
    ...{ layers: tail, input: cut, inputShape: shape, output: model.output },
    head: first.head.layers[0] as DenseLayer,
  };
  const last = first.curve.at(-1);
  const start = { trainLoss: last?.trainLoss ?? NaN, trainAccuracy: last?.trainAccuracy ?? NaN };
  const fitted = await fit({ tf, design, source: maps, data, recipe, options: { ...options, start } });
  const trained = new Map(fitted.network.layers.map((layer) => [layer.name, layer]));
  const network = { ...model, layers: model.layers.map((layer) => trained.get(layer.name) ?? layer) };
  const kept =
    fitted.bestEpoch === 0 ? ['Training the blocks made nothing better: the head alone was kept.'] : [];
  return {
    ...fitted,
    network,
    chosenStrength: first.chosenStrength,
    warnings: [...first.warnings, ...fitted.warnings, ...kept],
  };
}

function fitFirstHead(
  tf: Tf,
  data: TrainingData,
  { features, seed, classWeights }: FineTuneRecipe,
  { signal, onProgress }: EpochOptions,
): Promise<FittedHead> {
  const recipe = { ...(defaultRecipe('one-click', features, seed) as OneClickRecipe), classWeights };
  return fitOneClickHead(tf, data, recipe, {
    signal,
    onProgress: ({ done, total }) =>
      onProgress?.({ phase: 'training the head first', done, total, curve: [] }),
  });
}

/** Images by their pixels, scaled to −1…1. */
export interface PixelData extends LabelledParts {
  readonly pixels: RowSource;
}

/** Simple_CNN from random weights; keeps, goes on and throws as `trainEpochs` does. */
export async function fitFromScratch(
  tf: Tf,
  data: PixelData,
  recipe: FromScratchRecipe,
  options: EpochOptions = {},
): Promise<FittedNetwork> {
  const side = recipe.resolution;
  const random = createRandom(recipe.seed);
  const { model, head } = drawSimpleCnn(side, data.classes, random);
  const layers = model.layers.filter(({ kind }) => kind !== 'input');
  const design: NetworkDesign = {
    ...{ layers, input: 'input', inputShape: [side, side, 3], output: model.output },
    head,
  };
  const fitted = await fit({ tf, design, source: data.pixels, data, recipe, options });
  const inputs = model.layers.filter(({ kind }) => kind === 'input');
  return { ...fitted, network: { ...model, layers: [...inputs, ...fitted.network.layers] } };
}

interface Fit {
  readonly tf: Tf;
  readonly design: NetworkDesign;
  readonly source: RowSource;
  readonly data: LabelledParts;
  readonly recipe: FineTuneRecipe | FromScratchRecipe;
  readonly options: EpochOptions;
}

async function fit({ tf, design, source, data, recipe, options }: Fit) {
  const network = new TfNetwork(tf, design, source, options.signal);
  try {
    // Its own stream, so that the order of the images does not depend on how many weights were drawn.
    const random = createRandom(recipe.seed + 1);
    const { best, bestEpoch, curve, warnings } = await trainEpochs(network, data, recipe, random, options);
    options.onProgress?.({ phase: 'looking at all images', done: 0, total: 1, curve });
    const logits = await network.predict(best, Uint32Array.from(data.labels.keys()));
    const { layers, head } = network.describe(best);
    const whole: Head = { inputs: head.inputs, classes: head.units, layers: [head] };
    return {
      ...{ head: whole, logits, curve, bestEpoch, warnings, chosenStrength: null },
      network: { layers },
      trainable: network.parameters.reduce((sum, { length }) => sum + length, 0),
    };
  } finally {
    network.dispose();
  }
}
