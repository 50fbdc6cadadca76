import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, type CoreEnv } from '../http.ts';
import { ImageIds } from '../requestSchemas.ts';
import { keepPick } from './picks.ts';

const PickBody = v.object({ imageIds: ImageIds });

/** A list of images that a view shows by its name: `{imageIds}` → `{pick}`, then `pick=…` in a filter. */
export const pickRoutes = new Hono<CoreEnv>().post('/picks', validateBody(PickBody), (c) => {
  const { db } = c.var.studio.requireWritable();
  return c.json({ pick: keepPick(db, c.req.valid('json').imageIds) });
});
