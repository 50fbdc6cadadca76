import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, validateParams, type CoreEnv } from '../http.ts';
import { Color, IntegerText, RowId } from '../requestSchemas.ts';
import { addReader, changeReader, choosePresentReader, listReaders } from './readers.ts';

const ReaderParams = v.object({ readerId: IntegerText });
const ReaderBody = v.object({ name: v.string(), color: v.optional(Color) });
const ReaderChangeBody = v.object({ name: v.optional(v.string()), color: v.optional(Color) });
const PresentBody = v.object({ readerId: RowId });

// Every answer is the whole list: it is short, and says who is present.
export const readerRoutes = new Hono<CoreEnv>()
  .get('/readers', (c) => c.json({ readers: listReaders(c.var.studio.requireLibrary().db) }))
  .post('/readers', validateBody(ReaderBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { name, color } = c.req.valid('json');
    const readerId = addReader(db, name, color);
    c.var.studio.events.publish({ type: 'readers.changed' });
    return c.json({ readerId, readers: listReaders(db) });
  })
  .put('/readers/present', validateBody(PresentBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    choosePresentReader(db, c.req.valid('json').readerId);
    c.var.studio.events.publish({ type: 'readers.changed' });
    return c.json({ readers: listReaders(db) });
  })
  .patch('/readers/:readerId', validateParams(ReaderParams), validateBody(ReaderChangeBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    changeReader(db, c.req.valid('param').readerId, c.req.valid('json'));
    c.var.studio.events.publish({ type: 'readers.changed' });
    return c.json({ readers: listReaders(db) });
  });
