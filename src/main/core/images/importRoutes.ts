import path from 'node:path';
import { Hono } from 'hono';
import * as v from 'valibot';
import { isInside } from '../files/isInside.ts';
import { readBody, validateBody, validateQuery, type CoreEnv } from '../http.ts';
import { AbsolutePath, TableColumns, TableSource } from '../requestSchemas.ts';
import { addedFolder, keepAddedPicture, MAX_ADDED_BYTES } from './addedPictures.ts';
import type { ImportParams } from './importJob.ts';
import { previewImport } from './previewImport.ts';
import { listKnownPaths, previewTable } from './previewTable.ts';
import { listPathsBelow } from './scanFolder.ts';

const Labels = v.variant('kind', [
  v.object({ kind: v.literal('folders') }),
  v.object({ kind: v.literal('none') }),
  TableSource,
]);
const Groups = v.variant('kind', [
  v.object({ kind: v.literal('none') }),
  v.object({ kind: v.literal('parent') }),
  v.object({ kind: v.literal('regex'), pattern: v.string() }),
  TableSource,
]);
/** A file or folder inside the imported one. */
const InsidePath = v.pipe(
  v.string(),
  v.check(
    (text) => text !== '' && !text.includes('\0') && isInside(path.normalize(text)),
    'This does not lie inside the folder.',
  ),
);
const ImportBody = v.object({
  folder: AbsolutePath,
  labels: v.optional(Labels, { kind: 'folders' }),
  groups: v.optional(Groups, { kind: 'none' }),
  /** Only these files and folders of it; all when absent. */
  only: v.optional(v.pipe(v.array(InsidePath), v.minLength(1), v.maxLength(10_000))),
});

const PreviewBody = v.object({
  folder: AbsolutePath,
  groups: ImportBody.entries.groups,
  only: ImportBody.entries.only,
});
/** A table is held against the files below a folder, or against those of the open library. */
const TableBody = v.object({
  file: AbsolutePath,
  wants: v.picklist(['class', 'group']),
  columns: v.optional(TableColumns),
  folder: v.optional(AbsolutePath),
});
const AddedQuery = v.object({ name: v.pipe(v.string(), v.maxLength(255)) });

export const importRoutes = new Hono<CoreEnv>()
  .post('/import/preview', validateBody(PreviewBody), async (c) => {
    const { folder, groups, only } = c.req.valid('json');
    return c.json(await previewImport(folder, groups, { only, signal: c.req.raw.signal }));
  })
  .post('/tables/preview', validateBody(TableBody), async (c) => {
    const { folder, ...request } = c.req.valid('json');
    const paths =
      folder === undefined
        ? listKnownPaths(c.var.studio.requireLibrary().db)
        : await listPathsBelow(folder, { signal: c.req.raw.signal });
    return c.json(await previewTable(request, paths));
  })
  // Pictures that come without a file, such as one that is pasted: they are kept inside the library.
  .post('/import/added', validateQuery(AddedQuery), async (c) => {
    const library = c.var.studio.requireWritable();
    const bytes = await readBody(c.req.raw, MAX_ADDED_BYTES);
    return c.json({ path: await keepAddedPicture(library.folder, c.req.valid('query').name, bytes) });
  })
  .post('/import/added/start', (c) => {
    const { folder } = c.var.studio.requireWritable();
    const params: ImportParams = {
      folder: addedFolder(folder),
      labels: { kind: 'none' },
      groups: { kind: 'none' },
    };
    return c.json({
      jobId: c.var.studio.requireJobs().start('import', 'Import added pictures', params).jobId,
    });
  })
  .post('/import', validateBody(ImportBody), async (c) => {
    const params = c.req.valid('json');
    c.var.studio.requireWritable();
    const title = `Import ${path.basename(params.folder)}`;
    return c.json({ jobId: c.var.studio.requireJobs().start('import', title, params).jobId });
  });
