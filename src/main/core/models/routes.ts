import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, validateParams, validateQuery, type CoreEnv } from '../http.ts';
import { MAX_ROWS, readImageRows } from '../images/store.ts';
import { IntegerText, ModelId } from '../requestSchemas.ts';
import { findModel, listMistakes, listModels, listTestedImages, renameModel } from './store.ts';

const ModelParams = v.object({ modelId: ModelId });
const CellQuery = v.object({ actual: IntegerText, predicted: IntegerText });
const RenameBody = v.object({
  name: v.pipe(v.string(), v.trim(), v.nonEmpty('A model needs a name.'), v.maxLength(200)),
});

/** How many mistakes the result screen shows. */
const SHOWN_MISTAKES = 60;

export const modelRoutes = new Hono<CoreEnv>()
  .get('/models', (c) => c.json({ models: listModels(c.var.studio.requireLibrary().db) }))
  .get('/models/:modelId', validateParams(ModelParams), (c) =>
    c.json(findModel(c.var.studio.requireLibrary().db, c.req.valid('param').modelId)),
  )
  .patch('/models/:modelId', validateParams(ModelParams), validateBody(RenameBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const card = renameModel(db, c.req.valid('param').modelId, c.req.valid('json').name);
    c.var.studio.events.publish({ type: 'models.changed' });
    return c.json(card);
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
