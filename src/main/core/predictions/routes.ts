import path from 'node:path';
import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import * as v from 'valibot';
import { FoveaError, toProblem } from '../../../shared/errors.ts';
import type { PredictionLine } from '../../../shared/predictions.ts';
import { validateBody, type CoreEnv } from '../http.ts';
import { logFailure } from '../log/log.ts';
import { findModel } from '../models/store.ts';
import { AbsolutePath, ModelId } from '../requestSchemas.ts';
import { predictFolder } from './predictFolder.ts';

const PredictBody = v.object({
  folder: AbsolutePath,
  source: v.union([v.object({ modelId: ModelId }), v.object({ from: AbsolutePath })]),
  csv: v.optional(AbsolutePath),
});

export const predictionRoutes = new Hono<CoreEnv>()
  .post('/evaluations', validateBody(v.object({ modelId: ModelId, folder: AbsolutePath })), (c) => {
    const body = c.req.valid('json');
    const { name } = findModel(c.var.studio.requireWritable().db, body.modelId);
    const title = `Evaluate ${name} on ${path.basename(body.folder)}`;
    return c.json({ jobId: c.var.studio.requireJobs().start('evaluate', title, body).jobId });
  })
  // Newline-delimited JSON: there may be 100,000 answers, and an exported model needs no library for a job row.
  .post('/predictions', validateBody(PredictBody), (c) => {
    const { studio } = c.var;
    const request = c.req.valid('json');
    c.header('content-type', 'application/x-ndjson');
    return stream(c, async (out) => {
      const controller = new AbortController();
      out.onAbort(() => controller.abort());
      const write = (line: PredictionLine) => out.write(`${JSON.stringify(line)}\n`);
      try {
        await predictFolder(request, { library: studio.library, signal: controller.signal, write });
        await write({ kind: 'done' });
      } catch (error) {
        if (controller.signal.aborted) return;
        const known =
          error instanceof FoveaError
            ? error
            : new FoveaError('internal', 'Classifying failed inside the studio.');
        await write({
          kind: 'failed',
          problem: toProblem(known, known === error ? undefined : logFailure(error)),
        });
      }
    });
  });
