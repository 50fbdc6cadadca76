import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, validateParams, type CoreEnv } from '../http.ts';
import { Color, IntegerText, RowId } from '../requestSchemas.ts';
import { CLASS_KEYS } from '../../../shared/labels.ts';
import type { Studio } from '../studio.ts';
import { listClasses } from './classes.ts';
import { countLabels } from './counts.ts';
import { addClass, changeClass, deleteClass, orderClasses } from './editClasses.ts';

const ClassParams = v.object({ classId: IntegerText });

const Changeable = {
  color: v.optional(Color),
  key: v.optional(
    v.nullable(
      v.pipe(
        v.string(),
        v.regex(/^[0-9a-z]$/, 'A key is one digit or small letter.'),
        v.check((key) => CLASS_KEYS.includes(key), 'U is taken: it goes to the next unlabelled image.'),
      ),
    ),
  ),
  description: v.optional(
    v.pipe(v.string(), v.maxLength(10_000, 'A description has at most 10,000 characters.')),
  ),
};
const ClassBody = v.object({ name: v.string(), ...Changeable });
const ClassChangeBody = v.object({
  name: v.optional(v.string()),
  isArchived: v.optional(v.boolean()),
  ...Changeable,
});
const OrderBody = v.object({ classIds: v.pipe(v.array(RowId), v.maxLength(100_000)) });
const MergeBody = v.object({ intoClassId: RowId });
/** Without `fate` only a class that carries no label is deleted. */
const DeleteBody = v.object({
  fate: v.optional(
    v.variant('labels', [
      v.object({ labels: v.literal('clear') }),
      v.object({ labels: v.literal('move'), intoClassId: RowId }),
    ]),
  ),
});

export const classRoutes = new Hono<CoreEnv>()
  .get('/classes', (c) => c.json({ classes: listClasses(c.var.studio.requireLibrary().db) }))
  .post('/classes', validateBody(ClassBody), (c) => {
    const { name, ...change } = c.req.valid('json');
    const row = addClass(c.var.studio.requireWritable().db, name, change);
    tellOfClasses(c.var.studio);
    return c.json(row);
  })
  .post('/classes/order', validateBody(OrderBody), (c) => {
    const classes = orderClasses(c.var.studio.requireWritable().db, c.req.valid('json').classIds);
    tellOfClasses(c.var.studio);
    return c.json({ classes });
  })
  .patch('/classes/:classId', validateParams(ClassParams), validateBody(ClassChangeBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const row = changeClass(db, c.req.valid('param').classId, c.req.valid('json'));
    tellOfClasses(c.var.studio);
    return c.json(row);
  })
  .post('/classes/:classId/merge', validateParams(ClassParams), validateBody(MergeBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { intoClassId } = c.req.valid('json');
    const batch = deleteClass(db, c.req.valid('param').classId, { labels: 'move', intoClassId });
    tellOfClasses(c.var.studio);
    return c.json({ ...batch, counts: countLabels(db) });
  })
  .post('/classes/:classId/delete', validateParams(ClassParams), validateBody(DeleteBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const batch = deleteClass(db, c.req.valid('param').classId, c.req.valid('json').fate ?? null);
    tellOfClasses(c.var.studio);
    return c.json({ ...batch, counts: countLabels(db) });
  });

/** Labels too: each of these actions changes what can be undone, which the counts of labels say. */
function tellOfClasses(studio: Studio): void {
  studio.events.publish({ type: 'classes.changed' });
  studio.events.publish({ type: 'labels.changed' });
}
