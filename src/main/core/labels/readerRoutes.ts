import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, validateParams, type CoreEnv } from '../http.ts';
import { Color, IntegerText, RowId } from '../requestSchemas.ts';
import { changePassword, requirePassword } from './passwords.ts';
import { addReader, changeReader, choosePresentReader, listReaders } from './readers.ts';

const ReaderParams = v.object({ readerId: IntegerText });
const ReaderBody = v.object({ name: v.string(), color: v.optional(Color) });
const ReaderChangeBody = v.object({ name: v.optional(v.string()), color: v.optional(Color) });
const Password = v.pipe(
  v.string(),
  v.minLength(1, 'A password has at least one character.'),
  v.maxLength(200, 'A password has at most 200 characters.'),
);
const PresentBody = v.object({ readerId: RowId, password: v.optional(Password) });
/** null takes the password away. */
const PasswordBody = v.object({ present: v.optional(Password), next: v.nullable(Password) });

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
  .put('/readers/present', validateBody(PresentBody), async (c) => {
    const { db } = c.var.studio.requireWritable();
    const { readerId, password } = c.req.valid('json');
    await requirePassword(db, readerId, password);
    choosePresentReader(db, readerId);
    c.var.studio.events.publish({ type: 'readers.changed' });
    return c.json({ readers: listReaders(db) });
  })
  .patch('/readers/:readerId', validateParams(ReaderParams), validateBody(ReaderChangeBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    changeReader(db, c.req.valid('param').readerId, c.req.valid('json'));
    c.var.studio.events.publish({ type: 'readers.changed' });
    return c.json({ readers: listReaders(db) });
  })
  .put('/readers/:readerId/password', validateParams(ReaderParams), validateBody(PasswordBody), async (c) => {
    const { db } = c.var.studio.requireWritable();
    await changePassword(db, c.req.valid('param').readerId, c.req.valid('json'));
    c.var.studio.events.publish({ type: 'readers.changed' });
    return c.json({ readers: listReaders(db) });
  });
