import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Hono } from 'hono';
import * as v from 'valibot';
import { FoveaError } from '../../../shared/errors.ts';
import { validateBody, type CoreEnv } from '../http.ts';
import type { Library } from '../library/library.ts';
import { AbsolutePath } from '../requestSchemas.ts';
import type { PaperParams } from './paperJob.ts';

const PaperBody = v.object({
  /** Inside the library when absent. */
  outDir: v.optional(AbsolutePath),
  epochsScale: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1)), 1),
  seeds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(20)), 5),
  withEffects: v.optional(v.boolean(), true),
});

const ownFolder = ({ folder }: Library): string => path.join(folder, 'reports', 'paper');

/** The paper's comparison on the labelled images of the library, as a job, and the page that it left in the library. */
export const paperRoutes = new Hono<CoreEnv>()
  .post('/papers', validateBody(PaperBody), (c) => {
    const library = c.var.studio.requireWritable();
    const body = c.req.valid('json');
    const params: PaperParams = { ...body, outDir: body.outDir ?? ownFolder(library) };
    const title = 'The paper’s comparison';
    return c.json({ jobId: c.var.studio.requireJobs().start('paper', title, params).jobId });
  })
  .get('/papers', async (c) => {
    const made = await stat(path.join(ownFolder(c.var.studio.requireLibrary()), 'paper.html')).catch(
      () => null,
    );
    return c.json({ madeAt: made === null ? null : Math.round(made.mtimeMs) });
  })
  .get('/papers/html', async (c) => {
    const file = path.join(ownFolder(c.var.studio.requireLibrary()), 'paper.html');
    const page = await readFile(file, 'utf8').catch(() => {
      throw new FoveaError('not_found', 'The comparison has not been made for this library yet.', {
        todo: 'Start it first.',
      });
    });
    return c.html(page);
  });
