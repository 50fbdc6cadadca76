import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, validateParams, validateQuery, type CoreEnv } from '../http.ts';
import { ImageIds, IntegerText, RowId, Seed } from '../requestSchemas.ts';
import { SelectionEntries } from '../images/selection.ts';
import { listDisagreements, measureAgreement, settleDisagreements } from './agreement.ts';
import { countLabels } from './counts.ts';
import { runStartReading } from './runLabelAction.ts';
import { findReading, listReadings, listUnread, recordReadings } from './readings.ts';

const ReadingParams = v.object({ readingId: IntegerText });
const StartBody = v.object({
  readerId: RowId,
  /** What is drawn from; all labelled images when nothing is chosen. */
  ...SelectionEntries,
  sample: v.optional(RowId),
  seed: v.optional(Seed, 1),
});
const CountQuery = v.object({
  count: v.optional(v.pipe(IntegerText, v.minValue(1), v.maxValue(500)), '50'),
});
const ReadBody = v.object({ imageIds: ImageIds, classId: v.nullable(RowId) });
const SettleBody = v.object({ imageIds: ImageIds, classId: RowId });

export const readingRoutes = new Hono<CoreEnv>()
  .get('/readings', (c) => c.json({ readings: listReadings(c.var.studio.requireLibrary().db) }))
  .post('/readings', validateBody(StartBody), async (c) => {
    const library = c.var.studio.requireWritable();
    const { readerId, sample, seed, ...chosen } = c.req.valid('json');
    const hasChosen = chosen.imageIds !== undefined || chosen.query !== undefined;
    const selection = hasChosen ? chosen : { query: { sort: 'date' as const } };
    const reading = await runStartReading(library, { selection, readerId, sample, seed });
    c.var.studio.events.publish({ type: 'readings.changed' });
    return c.json(reading);
  })
  .get('/readings/:readingId', validateParams(ReadingParams), (c) =>
    c.json(findReading(c.var.studio.requireLibrary().db, c.req.valid('param').readingId)),
  )
  .get('/readings/:readingId/next', validateParams(ReadingParams), validateQuery(CountQuery), (c) => {
    const { db } = c.var.studio.requireLibrary();
    return c.json({ images: listUnread(db, c.req.valid('param').readingId, c.req.valid('query').count) });
  })
  .post('/readings/:readingId/labels', validateParams(ReadingParams), validateBody(ReadBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { imageIds, classId } = c.req.valid('json');
    const reading = recordReadings(db, c.req.valid('param').readingId, imageIds, classId);
    c.var.studio.events.publish({ type: 'readings.changed' });
    return c.json(reading);
  })
  .get('/readings/:readingId/agreement', validateParams(ReadingParams), (c) =>
    c.json(measureAgreement(c.var.studio.requireLibrary().db, c.req.valid('param').readingId)),
  )
  .get('/readings/:readingId/disagreements', validateParams(ReadingParams), (c) => {
    const { db } = c.var.studio.requireLibrary();
    return c.json({ disagreements: listDisagreements(db, c.req.valid('param').readingId) });
  })
  .post('/readings/:readingId/settle', validateParams(ReadingParams), validateBody(SettleBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { imageIds, classId } = c.req.valid('json');
    const batch = settleDisagreements(db, c.req.valid('param').readingId, imageIds, classId);
    c.var.studio.events.publish({ type: 'labels.changed' });
    c.var.studio.events.publish({ type: 'readings.changed' });
    return c.json({ ...batch, counts: countLabels(db) });
  });
