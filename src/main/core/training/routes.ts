import { Hono } from 'hono';
import * as v from 'valibot';
import { BACKBONE_NAMES, DEFAULT_RESOLUTION } from '../../../shared/backbones.ts';
import { FoveaError } from '../../../shared/errors.ts';
import {
  ENGINE_NAMES,
  hasOwnNetwork,
  RECIPE_NAMES,
  type Recipe,
  type RecipeName,
} from '../../../shared/training.ts';
import { defaultBackbone, listBackbones } from '../features/backbones.ts';
import { countMissingFeatures } from '../features/imageFeatures.ts';
import { recipeKey } from '../features/prepareRecipe.ts';
import { trunkKey } from '../features/prepareTrunk.ts';
import { validateBody, type CoreEnv } from '../http.ts';
import { countLabels } from '../labels/counts.ts';
import { findModel } from '../models/store.ts';
import { ModelId, Seed } from '../requestSchemas.ts';
import { checkSplitSettings, type TrainParams } from './trainJob.ts';
import { estimateTime } from './estimateTime.ts';
import { requireNative } from './nativeOnly.ts';
import { describeRows } from './parameterCounts.ts';
import { readRates } from './rates.ts';
import { defaultRecipe, validateRecipe } from './recipes.ts';
import { extendRecipe } from './trainingState.ts';
import { DEFAULT_SPLIT, listUsedClasses } from './trainingSet.ts';

const Fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const TrainBody = v.object({
  /** The name of a recipe, to be completed by what follows; or a whole recipe. */
  recipe: v.optional(v.union([v.picklist(RECIPE_NAMES), v.record(v.string(), v.unknown())])),
  /** What a person calls it. */
  recipeName: v.optional(v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(100))),
  backbone: v.optional(v.picklist(BACKBONE_NAMES)),
  width: v.optional(v.number()),
  resolution: v.optional(v.number()),
  seed: v.optional(Seed),
  engine: v.optional(v.picklist(['auto', ...ENGINE_NAMES])),
  /** Settings of the recipe other than those above: `epochs`, `learningRate`, … */
  settings: v.optional(v.record(v.string(), v.unknown())),
  split: v.optional(
    v.object({
      seed: Seed,
      fractions: v.object({ train: Fraction, validation: Fraction, test: Fraction }),
    }),
  ),
});

const ContinueBody = v.object({
  modelId: ModelId,
  epochs: v.pipe(v.number(), v.integer(), v.minValue(1, 'Name at least one epoch.'), v.maxValue(1000)),
});

type TrainRequest = v.InferOutput<typeof TrainBody>;

export const trainingRoutes = new Hono<CoreEnv>()
  .get('/training/recipes', async (c) => {
    const chosen = await defaultBackbone();
    const features = {
      ...(chosen ?? { backbone: 'mobilenet_v2' as const, width: 1 }),
      resolution: DEFAULT_RESOLUTION,
    };
    const spec = { backbone: features.backbone, width: features.width, resolution: features.resolution };
    return c.json({
      recipes: RECIPE_NAMES.map((name) => defaultRecipe(name, spec)),
      backbones: await listBackbones(),
      defaultBackbone: chosen,
      split: DEFAULT_SPLIT,
      classes: listUsedClasses(c.var.studio.requireLibrary().db),
    });
  })
  .get('/training/engine', async (c) => c.json(await c.var.studio.engine.find()))
  .post('/training', validateBody(TrainBody), async (c) => {
    c.var.studio.requireWritable();
    const params = await completeRequest(c.req.valid('json'));
    if (hasOwnNetwork(params.recipe)) {
      const { engine } = params;
      requireNative(engine === 'auto' ? (await c.var.studio.engine.find()).name : engine, params.recipe.name);
    }
    const name = params.recipeName ?? params.recipe.name;
    const { recipe } = params;
    const title = 'features' in recipe ? `Train ${name} on ${recipe.features.backbone}` : `Train ${name}`;
    return c.json({ jobId: c.var.studio.requireJobs().start('train', title, params).jobId });
  })
  // How long it would take on this machine.
  .post('/training/estimate', validateBody(TrainBody), async (c) => {
    const { db } = c.var.studio.requireLibrary();
    const { recipe, split } = await completeRequest(c.req.valid('json'));
    const { labelled } = countLabels(db);
    const size = {
      missingFeatures: countMissingFeatures(
        db,
        recipe.name === 'fine-tune' ? trunkKey(recipe.features, recipe.unfrozenBlocks) : recipeKey(recipe),
      ),
      trainImages: Math.round(labelled * split.fractions.train),
      classes: listUsedClasses(db).length,
      dims: describeRows(recipe).dims,
    };
    return c.json(estimateTime(recipe, size, readRates()));
  })
  // More epochs for a model whose recipe has them: a new model that names its parent.
  .post('/training/continue', validateBody(ContinueBody), (c) => {
    const { db, folder } = c.var.studio.requireWritable();
    const { modelId, epochs } = c.req.valid('json');
    const parent = findModel(db, modelId);
    const params: TrainParams = {
      recipe: extendRecipe(folder, parent, epochs),
      engine: parent.engine.name,
      split: { seed: parent.split.seed, fractions: parent.split.fractions },
      continueFrom: modelId,
    };
    const title = `${epochs} more epochs of ${parent.name}`;
    return c.json({ jobId: c.var.studio.requireJobs().start('train', title, params).jobId });
  });

/** Fills in what was not asked for and refuses what cannot be trained, before any work begins. */
async function completeRequest(request: TrainRequest): Promise<TrainParams> {
  const split = request.split ?? DEFAULT_SPLIT;
  checkSplitSettings(split);
  const { recipe, recipeName } = request;
  return {
    recipe: typeof recipe === 'object' ? validateRecipe(recipe) : await completeRecipe(request, recipe),
    engine: request.engine ?? 'auto',
    split,
    ...(recipeName === undefined ? {} : { recipeName }),
  };
}

async function completeRecipe(request: TrainRequest, name: RecipeName | undefined): Promise<Recipe> {
  const chosen = request.backbone === undefined ? await defaultBackbone() : null;
  if (request.backbone === undefined && chosen === null) {
    throw new FoveaError('not_found', 'No backbone was found, so nothing can be trained.', {
      todo: 'Run “fovea doctor”: it says where backbones are looked for.',
    });
  }
  const recipe = defaultRecipe(
    name ?? 'one-click',
    {
      backbone: request.backbone ?? chosen!.backbone,
      width: request.width ?? chosen?.width ?? 1,
      resolution: request.resolution ?? DEFAULT_RESOLUTION,
    },
    request.seed ?? 1,
  );
  return validateRecipe({ ...recipe, ...request.settings });
}
