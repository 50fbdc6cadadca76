import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import * as v from 'valibot';
import { validateBody, validateParams, type CoreEnv } from '../http.ts';
import { IntegerText } from '../requestSchemas.ts';

const JobId = v.object({ jobId: IntegerText });

const MoveBody = v.object({ to: v.picklist(['first', 'earlier', 'later']) });

/** How often a silent event stream says that it is alive. */
const HEARTBEAT_MS = 15_000;

export const jobRoutes = new Hono<CoreEnv>()
  .get('/jobs', (c) => c.json({ jobs: c.var.studio.jobs?.list() ?? [] }))
  .get('/jobs/:jobId', validateParams(JobId), (c) =>
    c.json(c.var.studio.requireJobs().find(c.req.valid('param').jobId)),
  )
  .post('/jobs/:jobId/cancel', validateParams(JobId), (c) =>
    c.json(c.var.studio.requireJobs().cancel(c.req.valid('param').jobId)),
  )
  .post('/jobs/:jobId/move', validateParams(JobId), validateBody(MoveBody), (c) =>
    c.json(c.var.studio.requireJobs().move(c.req.valid('param').jobId, c.req.valid('json').to)),
  )
  .post('/jobs/:jobId/again', validateParams(JobId), (c) =>
    c.json({ jobId: c.var.studio.requireJobs().startAgain(c.req.valid('param').jobId).jobId }),
  );

export const eventRoutes = new Hono<CoreEnv>().get('/events', (c) =>
  streamSSE(c, async (stream) => {
    const unsubscribe = c.var.studio.events.subscribe((event) => {
      void stream.writeSSE({ data: JSON.stringify(event) });
    });
    stream.onAbort(unsubscribe);
    await stream.writeSSE({ data: JSON.stringify({ type: 'library.changed' }) });
    while (!stream.aborted && !stream.closed) {
      await stream.sleep(HEARTBEAT_MS);
      await stream.write(': alive\n\n');
    }
    unsubscribe();
  }),
);
