import path from 'node:path';
import { Hono } from 'hono';
import * as v from 'valibot';
import { isPresent } from '../files/isPresent.ts';
import { validateBody, validateQuery, type CoreEnv } from '../http.ts';
import { AbsolutePath } from '../requestSchemas.ts';
import { backUp } from './backup.ts';
import { checkLibrary } from './checkLibrary.ts';
import { describeLibrary } from './describeLibrary.ts';
import { databaseFile, libraryName } from './libraryPaths.ts';
import { listFolders } from './listFolders.ts';
import { restoreBackup } from './restore.ts';
import { listRecent } from './settings.ts';

const OpenBody = v.object({ path: AbsolutePath, create: v.optional(v.boolean(), false) });
const PathBody = v.object({ path: AbsolutePath });
const FoldersQuery = v.object({
  path: v.optional(v.union([v.literal(''), AbsolutePath]), ''),
  tables: v.optional(v.picklist(['0', '1']), '0'),
});

export const libraryRoutes = new Hono<CoreEnv>()
  .get('/library', async (c) => {
    const { library } = c.var.studio;
    const recent = await Promise.all(
      listRecent().map(async ({ path: folder, openedAt }) => ({
        path: folder,
        name: libraryName(folder),
        openedAt,
        exists: await isPresent(databaseFile(folder)),
      })),
    );
    const backbone = library === null ? null : await c.var.studio.findDefaultBackbone();
    return c.json({ open: library === null ? null : await describeLibrary(library, backbone), recent });
  })
  .post('/library/open', validateBody(OpenBody), async (c) => {
    const body = c.req.valid('json');
    const library = await c.var.studio.openLibrary(body.path, body.create);
    return c.json(await describeLibrary(library, await c.var.studio.findDefaultBackbone()));
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
    const folder = path.resolve(c.req.valid('json').path);
    if (c.var.studio.library?.folder === folder) await c.var.studio.closeLibrary();
    return c.json(await restoreBackup(folder));
  })
  .get('/folders', validateQuery(FoldersQuery), async (c) => {
    const { path: folder, tables } = c.req.valid('query');
    return c.json(await listFolders(folder, tables === '1'));
  });
