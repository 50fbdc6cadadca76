import { Hono, type Context } from 'hono';
import * as v from 'valibot';
import { FoveaError } from '../../../shared/errors.ts';
import { DEFAULT_MAP, packMapPoints, type MapPoints } from '../../../shared/map.ts';
import { validateBody, validateParams, validateQuery, type CoreEnv } from '../http.ts';
import { IntegerText, Seed } from '../requestSchemas.ts';
import { findLiveMap } from './liveMaps.ts';
import { mapFile, readMapFile } from './mapFile.ts';
import { deleteMap, findMap, listBatchEffects, listMaps } from './mapStore.ts';

const MakeBody = v.object({
  perplexity: v.optional(v.pipe(v.number(), v.minValue(2), v.maxValue(200)), DEFAULT_MAP.perplexity),
  exaggeration: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(100)), DEFAULT_MAP.exaggeration),
  iterations: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(50), v.maxValue(10_000)),
    DEFAULT_MAP.iterations,
  ),
  seed: v.optional(Seed, DEFAULT_MAP.seed),
  start: v.optional(v.picklist(['components', 'random']), DEFAULT_MAP.start),
});
const MapId = v.object({ mapId: IntegerText });
const ClusterQuery = v.object({
  /** 0 for few large clusters … 1 for many small ones. */
  granularity: v.optional(v.pipe(v.string(), v.toNumber(), v.minValue(0), v.maxValue(1)), '0.5'),
});

/** Maps of the features. Making one, and placing new images on one, are jobs. */
export const mapRoutes = new Hono<CoreEnv>()
  .post('/maps', validateBody(MakeBody), (c) => {
    c.var.studio.requireWritable();
    const params = c.req.valid('json');
    return c.json({ jobId: c.var.studio.requireJobs().start('map', 'Make a map', params).jobId });
  })
  .get('/maps', (c) => {
    const { db } = c.var.studio.requireLibrary();
    return c.json({ maps: listMaps(db), batchEffects: listBatchEffects(db) });
  })
  // The map that is being laid out; null while none is.
  .get('/maps/live', (c) => c.json({ map: findLiveMap(c.var.studio.requireLibrary())?.map ?? null }))
  // Points are sent as `unpackMapPoints` of shared/map.ts reads them.
  .get('/maps/live/points', (c) => {
    const live = findLiveMap(c.var.studio.requireLibrary());
    if (live === null) throw new FoveaError('not_found', 'No map is being laid out.');
    return sendPoints(c, live.points);
  })
  .get('/maps/:mapId/points', validateParams(MapId), async (c) => {
    const library = c.var.studio.requireLibrary();
    const { file, placed } = findMap(library.db, c.req.valid('param').mapId);
    const content = await readMapFile(mapFile(library.folder, file), ['imageIds', 'positions']);
    return sendPoints(c, { ...content, placed });
  })
  .post('/maps/:mapId/place', validateParams(MapId), (c) => {
    const { mapId } = c.req.valid('param');
    findMap(c.var.studio.requireWritable().db, mapId);
    const job = c.var.studio.requireJobs().start('map-place', 'Place new images on the map', { mapId });
    return c.json({ jobId: job.jobId });
  })
  .get('/maps/:mapId/clusters', validateParams(MapId), validateQuery(ClusterQuery), async (c) => {
    const { studio } = c.var;
    const { mapId } = c.req.valid('param');
    const { granularity } = c.req.valid('query');
    return c.json(await studio.clusters.describe(studio.requireLibrary(), mapId, granularity));
  })
  // The cluster of each point, int32 in the order of the map's points; −1 between clusters.
  .get('/maps/:mapId/clusters/members', validateParams(MapId), validateQuery(ClusterQuery), async (c) => {
    const { studio } = c.var;
    const { mapId } = c.req.valid('param');
    const { granularity } = c.req.valid('query');
    const members = await studio.clusters.members(studio.requireLibrary(), mapId, granularity);
    return c.body(members.slice().buffer, 200, {
      'content-type': 'application/octet-stream',
      'cache-control': 'no-store',
    });
  })
  .delete('/maps/:mapId', validateParams(MapId), async (c) => {
    await deleteMap(c.var.studio.requireWritable(), c.req.valid('param').mapId);
    c.var.studio.events.publish({ type: 'maps.changed' });
    return c.json({ ok: true });
  });

function sendPoints(c: Context, points: MapPoints): Response {
  return c.body(packMapPoints(points), 200, {
    'content-type': 'application/octet-stream',
    'cache-control': 'no-store',
  });
}
