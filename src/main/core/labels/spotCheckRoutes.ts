import { Hono } from 'hono';
import * as v from 'valibot';
import { SPOT_CHECK_SAMPLE } from '../../../shared/spotChecks.ts';
import { validateBody, validateParams, type CoreEnv } from '../http.ts';
import { SelectionEntries } from '../images/selection.ts';
import { chooseModelId } from '../images/store.ts';
import { ImageIds, IntegerText, ModelId, RowId, Seed } from '../requestSchemas.ts';
import { countLabels } from './counts.ts';
import { runCountAcceptable, runLabelAction, runSpotCheck } from './runLabelAction.ts';
import { dropSpotCheck, findSpotCheck, judgeSpotCheck, listOpenSpotChecks } from './spotChecks.ts';

const CheckParams = v.object({ checkId: IntegerText });
const DrawBody = v.object({
  ...SelectionEntries,
  proposal: v.variant('kind', [
    v.object({ kind: v.literal('class'), classId: RowId }),
    v.object({
      kind: v.literal('prediction'),
      /** The model in use when absent. */
      modelId: v.optional(ModelId),
      minConfidence: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0),
    }),
  ]),
  relabel: v.optional(v.boolean(), false),
  sample: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)), SPOT_CHECK_SAMPLE),
  seed: v.optional(Seed, () => Math.floor(Math.random() * 2 ** 32)),
});
const AcceptableBody = v.object({
  ...SelectionEntries,
  modelId: v.optional(ModelId),
  relabel: v.optional(v.boolean(), false),
});
const JudgeBody = v.object({ imageIds: ImageIds, isRight: v.nullable(v.boolean()) });

/** Labelling many images at once after a random sample of them was looked at. */
export const spotCheckRoutes = new Hono<CoreEnv>()
  .get('/spot-checks', (c) => c.json({ checks: listOpenSpotChecks(c.var.studio.requireLibrary().db) }))
  .post('/spot-checks', validateBody(DrawBody), async (c) => {
    const library = c.var.studio.requireWritable();
    const { proposal, relabel, sample, seed, ...selection } = c.req.valid('json');
    const checkId = await runSpotCheck(library, {
      ...{ relabel, sample, seed, selection },
      proposal:
        proposal.kind === 'class'
          ? proposal
          : { ...proposal, modelId: chooseModelId(library.db, proposal.modelId) },
    });
    return c.json(findSpotCheck(library.db, checkId));
  })
  .post('/spot-checks/acceptable', validateBody(AcceptableBody), async (c) => {
    const library = c.var.studio.requireLibrary();
    const { modelId, relabel, ...selection } = c.req.valid('json');
    const chosen = chooseModelId(library.db, modelId);
    return c.json({ counts: await runCountAcceptable(library, { selection, modelId: chosen, relabel }) });
  })
  .get('/spot-checks/:checkId', validateParams(CheckParams), (c) =>
    c.json(findSpotCheck(c.var.studio.requireLibrary().db, c.req.valid('param').checkId)),
  )
  .post('/spot-checks/:checkId/verdicts', validateParams(CheckParams), validateBody(JudgeBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { imageIds, isRight } = c.req.valid('json');
    return c.json(judgeSpotCheck(db, c.req.valid('param').checkId, imageIds, isRight));
  })
  .post('/spot-checks/:checkId/apply', validateParams(CheckParams), async (c) => {
    const library = c.var.studio.requireWritable();
    const { checkId } = c.req.valid('param');
    const outcome = await runLabelAction(library, { kind: 'spot-check', checkId });
    c.var.studio.events.publish({ type: 'labels.changed' });
    return c.json({ ...outcome, counts: countLabels(library.db) });
  })
  .post('/spot-checks/:checkId/drop', validateParams(CheckParams), (c) => {
    const { db } = c.var.studio.requireWritable();
    dropSpotCheck(db, c.req.valid('param').checkId);
    return c.json({});
  });
