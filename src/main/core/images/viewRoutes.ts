import { Hono } from 'hono';
import * as v from 'valibot';
import { ARRANGEMENTS, encodeView } from '../../../shared/views.ts';
import { validateQuery, type CoreEnv } from '../http.ts';
import { IntegerText } from '../requestSchemas.ts';
import { ImageFilterSchema } from './imageFilter.ts';
import { chooseModelId, readImageRows } from './store.ts';

const ViewQuery = v.object({
  ...ImageFilterSchema.entries,
  arrange: v.optional(v.picklist(ARRANGEMENTS), 'none'),
});
const PageQuery = v.object({
  ...ImageFilterSchema.entries,
  /** The last image of the page before. */
  after: v.optional(IntegerText),
  limit: v.optional(v.pipe(IntegerText, v.minValue(1), v.maxValue(500)), '200'),
});

export const viewRoutes = new Hono<CoreEnv>()
  // The ids of a view and where its sections begin, as the bytes of `encodeView`.
  .get('/images/view', validateQuery(ViewQuery), async (c) => {
    const { studio } = c.var;
    const { arrange, ...filter } = c.req.valid('query');
    const view = await studio.views.arrange(studio.requireLibrary(), filter, arrange, c.req.raw.signal);
    return c.body(encodeView(view).slice().buffer, 200, {
      'content-type': 'application/octet-stream',
      'cache-control': 'no-store',
    });
  })
  // The rows that follow an image in a view; the first ones without `after`.
  .get('/images/page', validateQuery(PageQuery), async (c) => {
    const { studio } = c.var;
    const { after = null, limit, ...filter } = c.req.valid('query');
    const library = studio.requireLibrary();
    const ids = await studio.views.page(library, filter, after, limit, c.req.raw.signal);
    const rows = readImageRows(library.db, ids, chooseModelId(library.db, filter.modelId));
    return c.json({ rows, next: ids.length < limit ? null : ids.at(-1)! });
  })
  .get('/images/facets', validateQuery(ImageFilterSchema), async (c) => {
    const { studio } = c.var;
    const filter = c.req.valid('query');
    return c.json({ facets: await studio.views.facets(studio.requireLibrary(), filter, c.req.raw.signal) });
  });
