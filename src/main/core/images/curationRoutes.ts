import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, validateParams, type CoreEnv } from '../http.ts';
import { IntegerText, RowId } from '../requestSchemas.ts';
import {
  deleteTag,
  excludeImages,
  findNote,
  listTags,
  renameTag,
  tagImages,
  untagImages,
  writeNote,
} from './curation.ts';
import { resolveSelection, SelectionEntries } from './selection.ts';

const ImageParams = v.object({ imageId: IntegerText });
const TagParams = v.object({ tagId: IntegerText });
const TagBody = v.object({ name: v.string(), ...SelectionEntries });
const UntagBody = v.object({ tagId: RowId, ...SelectionEntries });
const NameBody = v.object({ name: v.string() });
const NoteBody = v.object({
  note: v.pipe(v.string(), v.maxLength(100_000, 'A note has at most 100,000 characters.')),
});
const ExcludeBody = v.object({ isExcluded: v.boolean(), ...SelectionEntries });

export const curationRoutes = new Hono<CoreEnv>()
  .get('/tags', (c) => c.json({ tags: listTags(c.var.studio.requireLibrary().db) }))
  .post('/tags/add', validateBody(TagBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { name, ...selection } = c.req.valid('json');
    const changed = tagImages(db, name, resolveSelection(db, selection));
    c.var.studio.events.publish({ type: 'images.changed' });
    return c.json({ changed, tags: listTags(db) });
  })
  .post('/tags/remove', validateBody(UntagBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { tagId, ...selection } = c.req.valid('json');
    const changed = untagImages(db, tagId, resolveSelection(db, selection));
    c.var.studio.events.publish({ type: 'images.changed' });
    return c.json({ changed, tags: listTags(db) });
  })
  .patch('/tags/:tagId', validateParams(TagParams), validateBody(NameBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    renameTag(db, c.req.valid('param').tagId, c.req.valid('json').name);
    c.var.studio.events.publish({ type: 'images.changed' });
    return c.json({ tags: listTags(db) });
  })
  .delete('/tags/:tagId', validateParams(TagParams), (c) => {
    const { db } = c.var.studio.requireWritable();
    deleteTag(db, c.req.valid('param').tagId);
    c.var.studio.events.publish({ type: 'images.changed' });
    return c.json({ tags: listTags(db) });
  })
  .get('/images/:imageId/note', validateParams(ImageParams), (c) =>
    c.json({ note: findNote(c.var.studio.requireLibrary().db, c.req.valid('param').imageId) }),
  )
  .put('/images/:imageId/note', validateParams(ImageParams), validateBody(NoteBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { imageId } = c.req.valid('param');
    writeNote(db, imageId, c.req.valid('json').note);
    c.var.studio.events.publish({ type: 'images.changed' });
    return c.json({ note: findNote(db, imageId) });
  })
  .post('/images/exclude', validateBody(ExcludeBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { isExcluded, ...selection } = c.req.valid('json');
    const changed = excludeImages(db, resolveSelection(db, selection), isExcluded);
    c.var.studio.events.publish({ type: 'images.changed' });
    return c.json({ changed });
  });
