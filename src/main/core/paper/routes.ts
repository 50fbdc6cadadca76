import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, type CoreEnv } from '../http.ts';
import { AbsolutePath } from '../requestSchemas.ts';
import type { PaperParams } from './paperJob.ts';

const PaperBody = v.object({
  outDir: AbsolutePath,
  epochsScale: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1)), 1),
  seeds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(20)), 5),
  withEffects: v.optional(v.boolean(), true),
});

/** The paper's comparison on the labelled images of the library, as a job. */
export const paperRoutes = new Hono<CoreEnv>().post('/papers', validateBody(PaperBody), (c) => {
  c.var.studio.requireWritable();
  const params: PaperParams = c.req.valid('json');
  const title = 'The paper’s comparison';
  return c.json({ jobId: c.var.studio.requireJobs().start('paper', title, params).jobId });
});
