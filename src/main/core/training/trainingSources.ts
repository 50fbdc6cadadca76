import type { Recipe } from '../../../shared/training.ts';
import { computeFeatures } from '../features/computeFeatures.ts';
import { featureFile } from '../features/featureFiles.ts';
import { dropFeatureSet, readFeatureRows } from '../features/imageFeatures.ts';
import type { PreparedGraph } from '../features/prepareGraph.ts';
import { prepareRecipe } from '../features/prepareRecipe.ts';
import { prepareTrunk } from '../features/prepareTrunk.ts';
import type { JobContext } from '../jobs/jobQueue.ts';
import type { Library } from '../library/library.ts';
import type { LaidOut } from './layOutForTrainer.ts';
import { noteFeatureRate } from './rates.ts';
import type { TrainerMaps } from './trainerProtocol.ts';

/** What a recipe learns from, computed and in the library. */
export interface TrainingSources {
  /** Whose rows say which images there are. */
  readonly graph: PreparedGraph;
  readonly seconds: number;
  /** The plan without images that lack anything, and where the maps are that blocks are trained on. */
  complete<Plan extends LaidOut>(plan: Plan): { readonly plan: Plan; readonly maps?: TrainerMaps };
  /** Deletes what is large and serves this training only. */
  tidy(): Promise<void>;
}

/** Computes whatever features, maps or pictures a recipe needs and the library lacks. Throws `cancelled`, file errors. */
export async function gatherSources(recipe: Recipe, context: JobContext): Promise<TrainingSources> {
  const { library } = context;
  const graph = await prepareRecipe(recipe);
  if (recipe.name === 'from-scratch') {
    const spec = { backbone: 'none', width: 1, resolution: recipe.resolution } as const;
    const { seconds } = await computeFeatures(graph, spec, context);
    const tidy = (): Promise<void> => dropFeatureSet(library, graph.featureKey);
    return { graph, seconds, complete: (plan) => ({ plan }), tidy };
  }
  // Said before features are computed: these weights may not allow it.
  const trunk =
    recipe.name === 'fine-tune' ? await prepareTrunk(recipe.features, recipe.unfrozenBlocks) : null;
  const { computed, seconds } = await computeFeatures(graph, recipe.features, context);
  if (graph.ensemble === undefined) await noteFeatureRate(recipe.features, computed, seconds);
  if (trunk === null) {
    return { graph, seconds, complete: (plan) => ({ plan }), tidy: () => Promise.resolve() };
  }
  const before = await computeFeatures(trunk, recipe.features, context);
  return {
    graph,
    seconds: seconds + before.seconds,
    complete: (plan) => joinMaps(library, trunk, plan),
    tidy: () => dropFeatureSet(library, trunk.featureKey),
  };
}

/** Lays the rows of the maps beside the images; those whose original could not be read any more are left out. */
function joinMaps<Plan extends LaidOut>({ db, ...library }: Library, trunk: PreparedGraph, plan: Plan) {
  const stored = readFeatureRows(db, trunk.featureKey);
  const rowOf = new Map(Array.from(stored.imageIds, (imageId, at) => [imageId, stored.rows[at]!]));
  const kept = Uint32Array.from(plan.imageIds.keys()).filter((at) => rowOf.has(plan.imageIds[at]!));
  const imageIds = kept.map((at) => plan.imageIds[at]!);
  const maps: TrainerMaps = {
    ...{ file: featureFile({ ...library, db }, trunk.featureKey), dims: trunk.dims },
    ...{ networkFolder: trunk.networkFolder, rows: imageIds.map((imageId) => rowOf.get(imageId)!) },
  };
  const rest: Pick<LaidOut, 'imageIds' | 'rows' | 'labels' | 'parts' | 'units'> = {
    imageIds,
    rows: kept.map((at) => plan.rows[at]!),
    labels: Int32Array.from(kept, (at) => plan.labels[at]!),
    parts: Uint8Array.from(kept, (at) => plan.parts[at]!),
    units: Int32Array.from(kept, (at) => plan.units[at]!),
  };
  return { plan: { ...plan, ...rest }, maps };
}
