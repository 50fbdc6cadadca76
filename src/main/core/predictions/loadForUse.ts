import path from 'node:path';
import { FoveaError } from '../../../shared/errors.ts';
import { sideOf, type ModelCard } from '../../../shared/training.ts';
import { ensureGraph, type PreparedGraph } from '../features/prepareGraph.ts';
import { prepareRecipe } from '../features/prepareRecipe.ts';
import type { Library } from '../library/library.ts';
import { DECODER_VERSION } from '../images/decoderVersion.ts';
import { loadModel, networkFolder, type StoredModel } from '../training/modelFiles.ts';

/**
 * A model of a library with the network that computes its features.
 * @throws FoveaError `unsupported` when this version decodes pictures otherwise than the one that trained the model:
 * it would give other probabilities without anyone noticing. And what `loadModel` and `prepareGraph` throw.
 */
export async function loadForUse(
  library: Library,
  modelId: string,
): Promise<StoredModel & { readonly graph: PreparedGraph }> {
  const folder = path.join(library.folder, 'models', modelId);
  const stored = await loadModel(folder);
  const { card } = stored;
  if (card.network !== undefined) {
    if (card.decoderVersion !== DECODER_VERSION) {
      throw changed(card, `pictures by decoder ${card.decoderVersion}`, `them by ${DECODER_VERSION}`);
    }
    return { ...stored, graph: await prepareOwnNetwork(networkFolder(folder), card, card.network) };
  }
  const graph = await prepareRecipe(card.recipe);
  if (graph.featureKey !== card.featureKey) throw changed(card, card.featureKey, graph.featureKey);
  return { ...stored, graph };
}

/** The graph of a network that was trained with its head. */
async function prepareOwnNetwork(
  folder: string,
  { featureKey, recipe }: ModelCard,
  { sha256, dims }: NonNullable<ModelCard['network']>,
): Promise<PreparedGraph> {
  const side = sideOf(recipe);
  const graphPath = await ensureGraph(folder, sha256, side);
  return { graphPath, side, dims, featureKey, networkFolder: folder };
}

function changed({ name }: ModelCard, trained: string, computed: string): FoveaError {
  return new FoveaError(
    'unsupported',
    `This model was trained on ${trained}; this version of the studio computes ${computed}.`,
    { subject: name, todo: 'Train again: the images are there, and it takes seconds.' },
  );
}
