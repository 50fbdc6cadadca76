import { Hono } from 'hono';
import * as v from 'valibot';
import type { ModelComparison } from '../../../shared/models.ts';
import type { ModelSummary } from '../../../shared/training.ts';
import { validateBody, validateParams, validateQuery, type CoreEnv } from '../http.ts';
import { MAX_ROWS, readImageRows } from '../images/store.ts';
import { describeView } from '../library/libraryView.ts';
import { IntegerText, ModelId } from '../requestSchemas.ts';
import { hasState } from '../training/trainingState.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import { deleteModel, listDeletedModels, removeDeletedModels, restoreModel } from './deletedModels.ts';
import { findModelInUse, pickModel, readPickedModel } from './modelInUse.ts';
import { editModel, findModel, listMistakes, listModels, listTestedImages } from './store.ts';

const ModelParams = v.object({ modelId: ModelId });
const CellQuery = v.object({ actual: IntegerText, predicted: IntegerText });
const EditBody = v.object({
  name: v.optional(v.pipe(v.string(), v.trim(), v.nonEmpty('A model needs a name.'), v.maxLength(200))),
  note: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(10_000))),
});
const PairQuery = v.object({ first: ModelId, second: ModelId });
const UseBody = v.object({ modelId: v.nullable(ModelId) });

/** How many mistakes the result screen shows. */
const SHOWN_MISTAKES = 60;

export const modelRoutes = new Hono<CoreEnv>()
  .get('/models', (c) => {
    const { db, folder } = c.var.studio.requireLibrary();
    return c.json({
      models: listModels(db).map((model): ModelSummary => ({
        ...model,
        canContinue: hasState(folder, model.modelId),
      })),
      deleted: listDeletedModels(db),
      picked: readPickedModel(db),
      inUse: findModelInUse(db),
    });
  })
  // Whose predictions the gallery shows; null for the newest, whichever that is.
  .put('/models/in-use', validateBody(UseBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    pickModel(db, c.req.valid('json').modelId);
    c.var.studio.events.publish({ type: 'models.changed' });
    return c.json({ picked: readPickedModel(db), inUse: findModelInUse(db) });
  })
  .get('/models/comparison', validateQuery(PairQuery), async (c) => {
    const library = c.var.studio.requireLibrary();
    const { first, second } = c.req.valid('query');
    for (const modelId of [first, second]) findModel(library.db, modelId);
    const worker = new WorkerProcess(new URL('./compare.worker.ts', import.meta.url));
    try {
      return c.json(
        await worker.call<ModelComparison>('compare', { view: describeView(library), first, second }),
      );
    } finally {
      worker.kill();
    }
  })
  .post('/models/empty', async (c) => {
    const removed = await removeDeletedModels(c.var.studio.requireWritable());
    c.var.studio.events.publish({ type: 'models.changed' });
    return c.json({ removed });
  })
  .get('/models/:modelId', validateParams(ModelParams), (c) =>
    c.json(findModel(c.var.studio.requireLibrary().db, c.req.valid('param').modelId)),
  )
  .patch('/models/:modelId', validateParams(ModelParams), validateBody(EditBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const card = editModel(db, c.req.valid('param').modelId, c.req.valid('json'));
    c.var.studio.events.publish({ type: 'models.changed' });
    return c.json(card);
  })
  .delete('/models/:modelId', validateParams(ModelParams), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { modelId } = c.req.valid('param');
    deleteModel(db, modelId);
    c.var.studio.events.publish({ type: 'models.changed' });
    return c.json({ modelId });
  })
  .post('/models/:modelId/restore', validateParams(ModelParams), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { modelId } = c.req.valid('param');
    restoreModel(db, modelId);
    c.var.studio.events.publish({ type: 'models.changed' });
    return c.json({ modelId });
  })
  .get('/models/:modelId/cell', validateParams(ModelParams), validateQuery(CellQuery), (c) => {
    const { db } = c.var.studio.requireLibrary();
    const { modelId } = c.req.valid('param');
    const imageIds = listTestedImages(db, modelId, c.req.valid('query')).map((image) => image.imageId);
    return c.json({ imageIds, rows: readImageRows(db, imageIds.slice(0, MAX_ROWS), modelId) });
  })
  .get('/models/:modelId/mistakes', validateParams(ModelParams), (c) => {
    const { db } = c.var.studio.requireLibrary();
    const { modelId } = c.req.valid('param');
    const mistakes = listMistakes(db, modelId, SHOWN_MISTAKES);
    const rows = readImageRows(
      db,
      mistakes.map((image) => image.imageId),
      modelId,
    );
    return c.json({ mistakes, rows });
  });
