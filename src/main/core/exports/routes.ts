import { Hono } from 'hono';
import * as v from 'valibot';
import { EXPORT_TARGETS } from '../../../shared/exports.ts';
import { validateBody, type CoreEnv } from '../http.ts';
import { findModel } from '../models/store.ts';
import { AbsolutePath, ModelId } from '../requestSchemas.ts';

const ExportBody = v.object({
  modelId: ModelId,
  target: v.optional(v.picklist(EXPORT_TARGETS), 'web'),
  folder: v.optional(AbsolutePath),
});

export const exportRoutes = new Hono<CoreEnv>().post('/exports', validateBody(ExportBody), (c) => {
  const body = c.req.valid('json');
  const card = findModel(c.var.studio.requireWritable().db, body.modelId);
  return c.json({ jobId: c.var.studio.requireJobs().start('export', `Export ${card.name}`, body).jobId });
});
