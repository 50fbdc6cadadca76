import { Hono } from 'hono';
import * as v from 'valibot';
import type { LabelCounts } from '../../../shared/labels.ts';
import { validateBody, type CoreEnv } from '../http.ts';
import { SelectionEntries } from '../images/selection.ts';
import { chooseModelId } from '../images/store.ts';
import { AbsolutePath, ModelId, RowId, TableColumns } from '../requestSchemas.ts';
import type { Studio } from '../studio.ts';
import { countLabels } from './counts.ts';
import type { LabelAction, LabelOutcome } from './labelActions.ts';
import { labelFromCsv } from './labelCsv.ts';
import { runLabelAction } from './runLabelAction.ts';

/** Images by ids, or all that match a query now. */
const LabelBody = v.object({ ...SelectionEntries, classId: v.nullable(RowId) });
/** What the model says of each; the model in use when none is named. */
const AcceptBody = v.object({ ...SelectionEntries, modelId: v.optional(ModelId) });
const CsvBody = v.object({ file: AbsolutePath, columns: v.optional(TableColumns) });

export const labelRoutes = new Hono<CoreEnv>()
  .get('/labels/counts', (c) => c.json(countLabels(c.var.studio.requireLibrary().db)))
  .post('/labels', validateBody(LabelBody), async (c) => {
    const { classId, ...selection } = c.req.valid('json');
    return c.json(await act(c.var.studio, { kind: 'label', selection, classId }));
  })
  .post('/labels/accept', validateBody(AcceptBody), async (c) => {
    const { modelId, ...selection } = c.req.valid('json');
    const chosen = chooseModelId(c.var.studio.requireLibrary().db, modelId);
    return c.json(await act(c.var.studio, { kind: 'accept', selection, modelId: chosen }));
  })
  .post('/labels/undo', async (c) => c.json(await act(c.var.studio, { kind: 'undo' })))
  .post('/labels/redo', async (c) => c.json(await act(c.var.studio, { kind: 'redo' })))
  .post('/labels/csv', validateBody(CsvBody), async (c) => {
    const { db } = c.var.studio.requireWritable();
    const { file, columns } = c.req.valid('json');
    const outcome = await labelFromCsv(db, file, columns);
    c.var.studio.events.publish({ type: 'labels.changed' });
    c.var.studio.events.publish({ type: 'classes.changed' });
    return c.json(outcome);
  });

async function act(studio: Studio, action: LabelAction): Promise<LabelOutcome & { counts: LabelCounts }> {
  const library = studio.requireWritable();
  const outcome = await runLabelAction(library, action);
  studio.events.publish({ type: 'labels.changed' });
  if (outcome.classesChanged > 0) studio.events.publish({ type: 'classes.changed' });
  return { ...outcome, counts: countLabels(library.db) };
}
