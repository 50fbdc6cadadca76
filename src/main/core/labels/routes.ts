import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, type CoreEnv } from '../http.ts';
import { findClass } from './classes.ts';
import { countLabels } from './counts.ts';
import { labelFromCsv } from './labelCsv.ts';
import { recordLabels } from './labelEvents.ts';
import { giveUpRedo, redoLabels, undoLabels } from './undo.ts';

const Id = v.pipe(v.number(), v.integer(), v.minValue(1));
const LabelBody = v.object({
  imageIds: v.pipe(v.array(Id), v.maxLength(1_000_000)),
  classId: v.nullable(Id),
});
const CsvBody = v.object({ file: v.pipe(v.string(), v.nonEmpty()) });

export const labelRoutes = new Hono<CoreEnv>()
  .get('/labels/counts', (c) => c.json(countLabels(c.var.studio.requireLibrary().db)))
  .post('/labels', validateBody(LabelBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { imageIds, classId } = c.req.valid('json');
    const batch = db
      .transaction(() => {
        if (classId !== null) findClass(db, classId);
        giveUpRedo(db);
        return recordLabels(
          db,
          imageIds.map((imageId) => ({ imageId, classId })),
          { source: 'reader' },
        );
      })
      .immediate();
    c.var.studio.events.publish({ type: 'labels.changed' });
    return c.json({ ...batch, counts: countLabels(db) });
  })
  .post('/labels/undo', (c) => {
    const { db } = c.var.studio.requireWritable();
    const batch = undoLabels(db);
    c.var.studio.events.publish({ type: 'labels.changed' });
    if (batch.classesChanged > 0) c.var.studio.events.publish({ type: 'classes.changed' });
    return c.json({ ...batch, counts: countLabels(db) });
  })
  .post('/labels/redo', (c) => {
    const { db } = c.var.studio.requireWritable();
    const batch = redoLabels(db);
    c.var.studio.events.publish({ type: 'labels.changed' });
    if (batch.classesChanged > 0) c.var.studio.events.publish({ type: 'classes.changed' });
    return c.json({ ...batch, counts: countLabels(db) });
  })
  .post('/labels/csv', validateBody(CsvBody), async (c) => {
    const { db } = c.var.studio.requireWritable();
    const outcome = await labelFromCsv(db, c.req.valid('json').file);
    c.var.studio.events.publish({ type: 'labels.changed' });
    c.var.studio.events.publish({ type: 'classes.changed' });
    return c.json(outcome);
  });
