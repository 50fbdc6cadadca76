import { Hono } from 'hono';
import * as v from 'valibot';
import { IMAGE_VALUES, packImageValues } from '../../../shared/imageValues.ts';
import { validateQuery, type CoreEnv } from '../http.ts';
import { ModelId } from '../requestSchemas.ts';
import { readImageValues } from './imageValues.ts';
import { chooseModelId } from './store.ts';

const ValuesQuery = v.object({ by: v.picklist(IMAGE_VALUES), modelId: v.optional(ModelId) });

/** One value of every image as bytes (shared/imageValues.ts), for colouring a map. */
export const valueRoutes = new Hono<CoreEnv>().get('/image-values', validateQuery(ValuesQuery), async (c) => {
  const { db } = c.var.studio.requireLibrary();
  const { by, modelId } = c.req.valid('query');
  const values = await readImageValues(db, by, chooseModelId(db, modelId));
  return c.body(packImageValues(values), 200, {
    'content-type': 'application/octet-stream',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
});
