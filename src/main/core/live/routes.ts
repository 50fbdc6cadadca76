import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, type CoreEnv } from '../http.ts';
import { RowId } from '../requestSchemas.ts';

const SwitchBody = v.object({ enabled: v.boolean() });
/** As many as a large screen shows. */
const VisibleBody = v.object({ imageIds: v.pipe(v.array(RowId), v.maxLength(1000)) });

/** Learning while labelling: what it does, its switch, and which images are on the screen. */
export const liveRoutes = new Hono<CoreEnv>()
  .get('/live', (c) => c.json(c.var.studio.requireLive().state))
  .put('/live', validateBody(SwitchBody), (c) => {
    c.var.studio.requireWritable();
    return c.json(c.var.studio.requireLive().setEnabled(c.req.valid('json').enabled));
  })
  // Whoever shows images names them here, and again when others come into sight. Nothing is learnt before.
  .put('/live/visible', validateBody(VisibleBody), (c) =>
    c.json(c.var.studio.requireLive().setVisible(c.req.valid('json').imageIds)),
  );
