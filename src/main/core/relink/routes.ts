import path from 'node:path';
import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, type CoreEnv } from '../http.ts';
import { AbsolutePath, RowId } from '../requestSchemas.ts';
import { useFoundFiles } from './useFoundFiles.ts';

const RelinkBody = v.object({ rootId: RowId, folder: AbsolutePath });

/** Imported folders that are no longer where they were: first looked for, then, when a person agrees, used. */
export const relinkRoutes = new Hono<CoreEnv>()
  .post('/relink', validateBody(RelinkBody), (c) => {
    const params = c.req.valid('json');
    c.var.studio.requireWritable();
    const title = `Look for files in ${path.basename(params.folder)}`;
    return c.json({ jobId: c.var.studio.requireJobs().start('relink', title, params).jobId });
  })
  .post('/relink/use', validateBody(RelinkBody), async (c) => {
    const { rootId, folder } = c.req.valid('json');
    const files = await useFoundFiles(c.var.studio.requireWritable().db, rootId, path.resolve(folder));
    for (const type of ['library.changed', 'images.changed'] as const) c.var.studio.events.publish({ type });
    return c.json({ files });
  });
