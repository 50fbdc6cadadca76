import type { Recipe } from '../../../shared/training.ts';
import { DECODER_VERSION } from '../images/decoderVersion.ts';
import { colourOf, countViews, isEnsemble, listFeatureSpecs } from '../training/recipeFeatures.ts';
import { featureKeyOf, prepareGraph, type PreparedGraph } from './prepareGraph.ts';
import { pictureKey, preparePictures } from './pictures.ts';
import { VIEWS_VERSION } from './views.ts';

/**
 * What computes the features of a recipe: one backbone's graph, or an ensemble of them. Pictures are decoded to the
 * largest side; a row holds, view by view, the features of every network. Throws what `prepareGraph` throws.
 */
export async function prepareRecipe(recipe: Recipe): Promise<PreparedGraph> {
  if (recipe.name === 'from-scratch') return preparePictures(recipe.resolution);
  if (!isEnsemble(recipe)) return prepareGraph(recipe.features);
  const prepared: PreparedGraph[] = [];
  for (const spec of listFeatureSpecs(recipe)) prepared.push(await prepareGraph(spec));
  const views = countViews(recipe);
  const dims = views * prepared.reduce((sum, graph) => sum + graph.dims, 0);
  const parts = prepared.map(({ graphPath, side, dims: own }) => ({ graphPath, side, dims: own }));
  return {
    ...prepared[0]!,
    ...{ side: Math.max(...parts.map(({ side }) => side)), dims, featureKey: recipeKey(recipe) },
    ensemble: { parts, views, colour: colourOf(recipe) },
  };
}

/** `mobilenet_v2-1-160-d1`, or `set-mobilenet_v2-1-160_mobilenet_v1-1-160-v8-none-1-d1` with views and their version. */
export function recipeKey(recipe: Recipe): string {
  if (recipe.name === 'from-scratch') return pictureKey(recipe.resolution);
  if (!isEnsemble(recipe)) return featureKeyOf(recipe.features);
  const names = listFeatureSpecs(recipe).map(
    ({ backbone, width, resolution }) => `${backbone}-${width}-${resolution}`,
  );
  return `set-${names.join('_')}-v${countViews(recipe)}-${colourOf(recipe)}-${VIEWS_VERSION}-${DECODER_VERSION}`;
}
