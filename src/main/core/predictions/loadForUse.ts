import path from 'node:path';
import { FoveaError } from '../../../shared/errors.ts';
import type { PreparedGraph } from '../features/prepareGraph.ts';
import { prepareRecipe } from '../features/prepareRecipe.ts';
import type { Library } from '../library/library.ts';
import { loadModel, type StoredModel } from '../training/modelFiles.ts';

/**
 * A model of a library with the network that computes its features.
 * @throws FoveaError `unsupported` when this version decodes pictures otherwise than the one that trained the model:
 * it would give other probabilities without anyone noticing. And what `loadModel` and `prepareGraph` throw.
 */
export async function loadForUse(
  library: Library,
  modelId: string,
): Promise<StoredModel & { readonly graph: PreparedGraph }> {
  const stored = await loadModel(path.join(library.folder, 'models', modelId));
  const graph = await prepareRecipe(stored.card.recipe);
  if (graph.featureKey !== stored.card.featureKey) {
    throw new FoveaError(
      'unsupported',
      `This model was trained on ${stored.card.featureKey}; this version of the studio computes ${graph.featureKey}.`,
      { subject: stored.card.name, todo: 'Train again: the images are there, and it takes seconds.' },
    );
  }
  return { ...stored, graph };
}
