import { sideOf, type NetworkRecipe } from '../../../shared/training.ts';
import { describeBackbone } from '../exports/backboneLayers.ts';
import { joinLayersModel } from '../exports/layersJson.ts';
import { readLayersModel } from '../features/readLayersModel.ts';
import type { Engine } from './engines.ts';
import { fineTune, fitFromScratch, type FittedNetwork } from './fitNetwork.ts';
import { requireNative } from './nativeOnly.ts';
import { readData } from './readViews.ts';
import { openMaps, openPixels } from './rowSource.ts';
import type { TrainedNetwork, TrainerInput } from './trainerProtocol.ts';
import type { FitOptions, FittedHead } from './trainingData.ts';

/**
 * A training whose recipe has a network of its own. Throws `unsupported` on an engine without gradients of convolutions,
 * and what `fineTune` and `fitFromScratch` throw.
 */
export async function trainNetwork(
  engine: Engine,
  input: TrainerInput,
  recipe: NetworkRecipe,
  options: FitOptions,
): Promise<FittedHead & { readonly logits: Float32Array; readonly network: TrainedNetwork }> {
  requireNative(engine.info.name, recipe.name);
  const { network, logits, trainable, ...fitted } = await fit(engine, input, recipe, options);
  const files = joinLayersModel([describeBackbone(network, sideOf(recipe))]);
  return { ...fitted, logits, network: { ...files, dims: network.dims, trainable } };
}

async function fit(
  { tf }: Engine,
  input: TrainerInput,
  recipe: NetworkRecipe,
  options: FitOptions,
): Promise<FittedNetwork> {
  const { labels, parts, featureFile, dims, rows } = input;
  if (recipe.name === 'from-scratch') {
    const pixels = await openPixels({ file: featureFile, dims, rows });
    const data = { labels, parts, classes: input.classNames.length, pixels };
    return fitFromScratch(tf, data, recipe, options).finally(() => pixels.close());
  }
  if (input.maps === undefined) throw new Error('Blocks are trained on what the layers before them say.');
  const maps = await openMaps(input.maps);
  try {
    const model = await readLayersModel(input.maps.networkFolder);
    return await fineTune(tf, { ...(await readData(input)), model, maps }, recipe, options);
  } finally {
    await maps.close();
  }
}
