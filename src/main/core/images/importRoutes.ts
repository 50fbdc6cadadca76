import path from 'node:path';
import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, type CoreEnv } from '../http.ts';
import { AbsolutePath } from '../requestSchemas.ts';
import { previewImport } from './previewImport.ts';

const Labels = v.variant('kind', [
  v.object({ kind: v.literal('folders') }),
  v.object({ kind: v.literal('none') }),
  v.object({ kind: v.literal('csv'), file: AbsolutePath }),
]);
const Groups = v.variant('kind', [
  v.object({ kind: v.literal('none') }),
  v.object({ kind: v.literal('parent') }),
  v.object({ kind: v.literal('regex'), pattern: v.string() }),
  v.object({ kind: v.literal('csv'), file: AbsolutePath }),
]);
const ImportBody = v.object({
  folder: AbsolutePath,
  labels: v.optional(Labels, { kind: 'folders' }),
  groups: v.optional(Groups, { kind: 'none' }),
});

const PreviewBody = v.object({ folder: AbsolutePath, groups: v.optional(Groups, { kind: 'none' }) });

export const importRoutes = new Hono<CoreEnv>()
  .post('/import/preview', validateBody(PreviewBody), async (c) => {
    const { folder, groups } = c.req.valid('json');
    return c.json(await previewImport(folder, groups, c.req.raw.signal));
  })
  .post('/import', validateBody(ImportBody), async (c) => {
    const params = c.req.valid('json');
    c.var.studio.requireWritable();
    const title = `Import ${path.basename(params.folder)}`;
    return c.json({ jobId: c.var.studio.requireJobs().start('import', title, params).jobId });
  });
