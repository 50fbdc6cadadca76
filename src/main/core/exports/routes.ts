import path from 'node:path';
import { Hono } from 'hono';
import * as v from 'valibot';
import { FoveaError } from '../../../shared/errors.ts';
import { EXPORT_TARGETS } from '../../../shared/exports.ts';
import { validateBody, type CoreEnv } from '../http.ts';
import { findModel } from '../models/store.ts';

const ExportBody = v.object({
  modelId: v.pipe(v.string(), v.regex(/^[0-9a-z-]{1,64}$/)),
  target: v.optional(v.picklist(EXPORT_TARGETS), 'web'),
  folder: v.optional(v.pipe(v.string(), v.nonEmpty())),
});

export const exportRoutes = new Hono<CoreEnv>().post('/exports', validateBody(ExportBody), (c) => {
  const body = c.req.valid('json');
  const card = findModel(c.var.studio.requireWritable().db, body.modelId);
  if (body.folder !== undefined && !path.isAbsolute(body.folder)) {
    throw new FoveaError('invalid', 'A folder is named by its full path.', { subject: body.folder });
  }
  return c.json({ jobId: c.var.studio.requireJobs().start('export', `Export ${card.name}`, body).jobId });
});
