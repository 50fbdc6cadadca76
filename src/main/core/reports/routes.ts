import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Hono } from 'hono';
import * as v from 'valibot';
import { FoveaError } from '../../../shared/errors.ts';
import { validateBody, validateParams, type CoreEnv } from '../http.ts';
import { findModel } from '../models/store.ts';
import { AbsolutePath, ModelId } from '../requestSchemas.ts';
import { defaultReportFolder } from './reportJob.ts';

const ReportBody = v.object({ modelId: ModelId, folder: v.optional(AbsolutePath) });

export const reportRoutes = new Hono<CoreEnv>()
  .post('/reports', validateBody(ReportBody), (c) => {
    const body = c.req.valid('json');
    const card = findModel(c.var.studio.requireWritable().db, body.modelId);
    return c.json({
      jobId: c.var.studio.requireJobs().start('report', `Report on ${card.name}`, body).jobId,
    });
  })
  .get('/reports/:modelId/html', validateParams(v.object({ modelId: ModelId })), async (c) => {
    const library = c.var.studio.requireLibrary();
    const { modelId } = c.req.valid('param');
    findModel(library.db, modelId);
    const html = await readFile(
      path.join(defaultReportFolder(library, modelId), 'report.html'),
      'utf8',
    ).catch(() => {
      throw new FoveaError('not_found', 'This model has no report yet.', { todo: 'Make one first.' });
    });
    return c.html(html);
  });
