import { Hono } from 'hono';
import * as v from 'valibot';
import { validateParams, validateQuery, type CoreEnv } from '../http.ts';
import { findImage } from '../images/store.ts';
import { IntegerText } from '../requestSchemas.ts';

const ImageParams = v.object({ imageId: IntegerText });
const CountQuery = v.object({
  count: v.optional(v.pipe(IntegerText, v.minValue(1), v.maxValue(1000)), '24'),
});

export const neighbourRoutes = new Hono<CoreEnv>().get(
  '/images/:imageId/similar',
  validateParams(ImageParams),
  validateQuery(CountQuery),
  async (c) => {
    const library = c.var.studio.requireLibrary();
    const { imageId } = c.req.valid('param');
    findImage(library.db, imageId, '');
    const { count } = c.req.valid('query');
    return c.json({ similar: await c.var.studio.neighbours.similarTo(library, imageId, count) });
  },
);
