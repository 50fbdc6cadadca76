import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, validateParams, type CoreEnv } from '../http.ts';
import { IntegerText } from '../requestSchemas.ts';
import { ImageFilterSchema } from './imageFilter.ts';
import { deleteSavedFilter, listSavedFilters, saveFilter } from './savedFilters.ts';

/** A filter is kept as it stands in an address, so that opening it is going there. */
const FilterBody = v.object({
  name: v.string(),
  query: v.pipe(
    v.record(v.string(), v.string()),
    v.check((query) => v.is(v.strictObject(ImageFilterSchema.entries), query), 'This is not a filter.'),
  ),
});
const FilterParams = v.object({ filterId: IntegerText });

export const filterRoutes = new Hono<CoreEnv>()
  .get('/filters', (c) => c.json({ filters: listSavedFilters(c.var.studio.requireLibrary().db) }))
  .post('/filters', validateBody(FilterBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { name, query } = c.req.valid('json');
    const filterId = saveFilter(db, name, query);
    c.var.studio.events.publish({ type: 'images.changed' });
    return c.json({ filterId, filters: listSavedFilters(db) });
  })
  .delete('/filters/:filterId', validateParams(FilterParams), (c) => {
    const { db } = c.var.studio.requireWritable();
    deleteSavedFilter(db, c.req.valid('param').filterId);
    c.var.studio.events.publish({ type: 'images.changed' });
    return c.json({ filters: listSavedFilters(db) });
  });
