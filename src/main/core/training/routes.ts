import { Hono } from 'hono';
import * as v from 'valibot';
import { BACKBONE_NAMES, DEFAULT_RESOLUTION } from '../../../shared/backbones.ts';
import { FoveaError } from '../../../shared/errors.ts';
import { ENGINE_NAMES, RECIPE_NAMES } from '../../../shared/training.ts';
import { defaultBackbone, listBackbones } from '../features/backbones.ts';
import { validateBody, type CoreEnv } from '../http.ts';
import { Seed } from '../requestSchemas.ts';
import { checkSplitSettings, type TrainParams } from './trainJob.ts';
import { defaultRecipe, validateRecipe } from './recipes.ts';
import { DEFAULT_SPLIT, listUsedClasses } from './trainingSet.ts';

const Fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const TrainBody = v.object({
  recipe: v.optional(v.picklist(RECIPE_NAMES)),
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
  .post('/training', validateBody(TrainBody), async (c) => {
    c.var.studio.requireWritable();
    const params = await completeRequest(c.req.valid('json'));
    const title = `Train ${params.recipe.name} on ${params.recipe.features.backbone}`;
    return c.json({ jobId: c.var.studio.requireJobs().start('train', title, params).jobId });
  });

/** Fills in what was not asked for and refuses what cannot be trained, before any work begins. */
async function completeRequest(request: TrainRequest): Promise<TrainParams> {
  const chosen = request.backbone === undefined ? await defaultBackbone() : null;
  if (request.backbone === undefined && chosen === null) {
    throw new FoveaError('not_found', 'No backbone was found, so nothing can be trained.', {
      todo: 'Run “fovea doctor”: it says where backbones are looked for.',
    });
  }
  const recipe = defaultRecipe(
    request.recipe ?? 'one-click',
    {
      backbone: request.backbone ?? chosen!.backbone,
      width: request.width ?? chosen?.width ?? 1,
      resolution: request.resolution ?? DEFAULT_RESOLUTION,
    },
    request.seed ?? 1,
  );
  const split = request.split ?? DEFAULT_SPLIT;
  checkSplitSettings(split);
  return {
    recipe: validateRecipe({ ...recipe, ...request.settings }),
    engine: request.engine ?? 'auto',
    split,
  };
}
