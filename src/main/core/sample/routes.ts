import path from 'node:path';
import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, type CoreEnv } from '../http.ts';
import { userDataFolder } from '../library/settings.ts';
import { AbsolutePath, Seed } from '../requestSchemas.ts';

const SampleBody = v.object({
  /** Where to draw; beside a library of its own in the person's data folder when absent. */
  folder: v.optional(AbsolutePath),
  seed: v.optional(Seed, 1),
});

export const sampleRoutes = new Hono<CoreEnv>().post('/sample', validateBody(SampleBody), async (c) => {
  const { folder, seed } = c.req.valid('json');
  const home = path.join(userDataFolder(), 'sample');
  if (folder === undefined) await c.var.studio.openLibrary(path.join(home, 'Sample tissue.fovea'), true);
  const params = { folder: folder ?? path.join(home, 'images'), seed };
  return c.json({ jobId: c.var.studio.requireJobs().start('sample', 'Sample images', params).jobId });
});
