import { existsSync } from 'node:fs';
import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, validateQuery, type CoreEnv } from '../http.ts';
import { backUp } from './backup.ts';
import { checkLibrary } from './checkLibrary.ts';
import { describeLibrary } from './describeLibrary.ts';
import { databaseFile, libraryName } from './libraryPaths.ts';
import { listFolders } from './listFolders.ts';
import { restoreBackup } from './restore.ts';
import { listRecent } from './settings.ts';

const OpenBody = v.object({ path: v.pipe(v.string(), v.nonEmpty()), create: v.optional(v.boolean(), false) });
const PathBody = v.object({ path: v.pipe(v.string(), v.nonEmpty()) });
const PathQuery = v.object({ path: v.optional(v.string(), '') });

export const libraryRoutes = new Hono<CoreEnv>()
  .get('/library', async (c) => {
    const { library } = c.var.studio;
    const recent = listRecent().map(({ path, openedAt }) => ({
      path,
      name: libraryName(path),
      openedAt,
      exists: existsSync(databaseFile(path)),
    }));
    return c.json({ open: library === null ? null : await describeLibrary(library), recent });
  })
  .post('/library/open', validateBody(OpenBody), async (c) => {
    const { path, create } = c.req.valid('json');
    return c.json(await describeLibrary(await c.var.studio.openLibrary(path, create)));
  })
  .post('/library/close', async (c) => {
    await c.var.studio.closeLibrary();
    return c.json({ open: null });
  })
  .post('/library/check', async (c) => c.json(await checkLibrary(c.var.studio.requireLibrary())))
  .post('/library/backup', async (c) => {
    const library = c.var.studio.requireWritable();
    return c.json({ file: await backUp(library.db, library.folder) });
  })
  .post('/library/restore', validateBody(PathBody), async (c) => {
    const { path } = c.req.valid('json');
    if (c.var.studio.library?.folder === path) await c.var.studio.closeLibrary();
    return c.json(await restoreBackup(path));
  })
  .get('/folders', validateQuery(PathQuery), async (c) =>
    c.json(await listFolders(c.req.valid('query').path)),
  );
