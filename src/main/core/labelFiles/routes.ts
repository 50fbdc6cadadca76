import { Hono } from 'hono';
import * as v from 'valibot';
import { FoveaError } from '../../../shared/errors.ts';
import { LABEL_FILE_FORMS } from '../../../shared/labelFiles.ts';
import { validateBody, type CoreEnv } from '../http.ts';
import { SelectionEntries } from '../images/selection.ts';
import { AbsolutePath } from '../requestSchemas.ts';
import { safeFileName } from './fileNames.ts';

const LabelFilesBody = v.object({
  ...SelectionEntries,
  form: v.picklist(LABEL_FILE_FORMS),
  folder: v.optional(AbsolutePath),
  /** Of the table, inside the folder. */
  name: v.optional(
    v.pipe(
      v.string(),
      v.check((name) => safeFileName(name) === name, 'This cannot be the name of a file.'),
    ),
    'labels.csv',
  ),
});

export const labelFileRoutes = new Hono<CoreEnv>().post('/label-files', validateBody(LabelFilesBody), (c) => {
  c.var.studio.requireWritable();
  const { form, folder, name, ...selection } = c.req.valid('json');
  const { imageIds, query, exceptIds } = selection;
  if (
    (imageIds !== undefined || exceptIds !== undefined) &&
    (imageIds === undefined) === (query === undefined)
  ) {
    throw new FoveaError('invalid', 'Images are chosen either by their ids or by a query.');
  }
  const isAll = imageIds === undefined && query === undefined;
  const params = { form, folder, name, selection: isAll ? null : selection };
  const title = form === 'csv' ? 'Write labels as a table' : 'Write labels as folders';
  return c.json({ jobId: c.var.studio.requireJobs().start('label-files', title, params).jobId });
});
