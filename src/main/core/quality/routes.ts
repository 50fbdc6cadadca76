import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, validateQuery, type CoreEnv } from '../http.ts';
import { IntegerText, RowId } from '../requestSchemas.ts';
import { keepLabels, listLabelErrors } from './labelErrorStore.ts';

const ListQuery = v.object({
  limit: v.optional(v.pipe(IntegerText, v.minValue(1), v.maxValue(100_000)), '1000'),
});
const KeepBody = v.object({ imageIds: v.pipe(v.array(RowId), v.minLength(1), v.maxLength(1000)) });

/** Labels that the others speak against. A wrong one is relabelled, or read again, by the routes of labels and readings. */
export const qualityRoutes = new Hono<CoreEnv>()
  .post('/quality/label-errors', (c) => {
    c.var.studio.requireWritable();
    return c.json({ jobId: c.var.studio.requireJobs().start('label-errors', 'Check the labels', {}).jobId });
  })
  .get('/quality/label-errors', validateQuery(ListQuery), (c) => {
    const { db } = c.var.studio.requireLibrary();
    return c.json({ errors: listLabelErrors(db, c.req.valid('query').limit) });
  })
  .post('/quality/label-errors/keep', validateBody(KeepBody), (c) => {
    keepLabels(c.var.studio.requireWritable().db, c.req.valid('json').imageIds);
    return c.json({ ok: true });
  });
