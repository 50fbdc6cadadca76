import { Hono } from 'hono';
import * as v from 'valibot';
import { validateBody, validateQuery, type CoreEnv } from '../http.ts';
import { RowId } from '../requestSchemas.ts';
import { findPlace, keepPlace } from './places.ts';

/** A filter as it stands in an address; '' for all images. */
const View = v.pipe(v.string(), v.maxLength(4000));
const ViewQuery = v.object({ view: View });
const PlaceBody = v.object({ view: View, imageId: RowId });

/** Where each reader stopped in the review of each view; it survives restarts. */
export const reviewRoutes = new Hono<CoreEnv>()
  .get('/review/place', validateQuery(ViewQuery), (c) => {
    const { db } = c.var.studio.requireLibrary();
    return c.json({ imageId: findPlace(db, c.req.valid('query').view) });
  })
  .put('/review/place', validateBody(PlaceBody), (c) => {
    const { db } = c.var.studio.requireWritable();
    const { view, imageId } = c.req.valid('json');
    keepPlace(db, view, imageId);
    return c.json({ imageId });
  });
