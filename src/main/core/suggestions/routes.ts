import { Hono } from 'hono';
import * as v from 'valibot';
import { QUEUE_NAMES, STRATEGY_NAMES } from '../../../shared/suggestions.ts';
import { validateBody, validateParams, type CoreEnv } from '../http.ts';
import { IntegerText, Seed } from '../requestSchemas.ts';
import { listBatches, readBatch } from './suggestionStore.ts';

const SuggestBody = v.object({
  queue: v.optional(v.picklist(QUEUE_NAMES), 'teach'),
  strategy: v.optional(v.picklist(STRATEGY_NAMES), 'default'),
  count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2000)), 20),
  seed: v.optional(Seed),
});
/** As many as a history chart can show. */
const HISTORY = 1000;

/** What to label next. Choosing is a job; its result names the batch. */
export const suggestionRoutes = new Hono<CoreEnv>()
  .post('/suggestions', validateBody(SuggestBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const body = c.req.valid('json');
    // Another seed for each batch unless one is asked for, so that a batch that is passed over does not come again.
    const seed = body.seed ?? (listBatches(db, 1)[0]?.batchId ?? 0) + 1;
    const title =
      body.queue === 'teach' ? `Suggest ${body.count} images` : `Draw ${body.count} images to measure by`;
    return c.json({ jobId: c.var.studio.requireJobs().start('suggest', title, { ...body, seed }).jobId });
  })
  .get('/suggestions', (c) => c.json({ batches: listBatches(c.var.studio.requireLibrary().db, HISTORY) }))
  .get('/suggestions/:batchId', validateParams(v.object({ batchId: IntegerText })), (c) =>
    c.json(readBatch(c.var.studio.requireLibrary().db, c.req.valid('param').batchId)),
  );
