import { Hono } from 'hono';
import * as v from 'valibot';
import { SALIENCY_METHODS } from '../../../shared/saliency.ts';
import { validateParams, validateQuery, type CoreEnv } from '../http.ts';
import { IntegerText, ModelId } from '../requestSchemas.ts';
import { offerSaliency } from './saliencyMaker.ts';

const ImageParams = v.object({ imageId: IntegerText });
const OfferQuery = v.object({ modelId: v.optional(ModelId) });
const PictureQuery = v.object({
  modelId: ModelId,
  classId: IntegerText,
  method: v.picklist(SALIENCY_METHODS),
  /** 1: of a head that has learnt nothing. */
  control: v.optional(v.literal('1')),
});

/** The longer side of an overlay: finer than any map is. */
const OVERLAY_SIDE = 640;

/** Which places of an image mattered to a model. */
export const saliencyRoutes = new Hono<CoreEnv>()
  .get('/images/:imageId/saliency', validateParams(ImageParams), validateQuery(OfferQuery), (c) =>
    c.json(
      offerSaliency(
        c.var.studio.requireLibrary().db,
        c.req.valid('param').imageId,
        c.req.valid('query').modelId,
      ),
    ),
  )
  .get(
    '/images/:imageId/saliency/picture',
    validateParams(ImageParams),
    validateQuery(PictureQuery),
    async (c) => {
      const { control, ...query } = c.req.valid('query');
      const question = { ...query, ...c.req.valid('param'), isControl: control !== undefined };
      const { studio } = c.var;
      const png = await studio.saliency.paint(studio.requireLibrary(), question, {
        form: 'overlay',
        maxSide: OVERLAY_SIDE,
      });
      // Model and image never change; the model's id, part of the address, is this library's alone.
      return c.body(new Uint8Array(png), 200, {
        'content-type': 'image/png',
        'cache-control': 'private, max-age=3600',
        'x-content-type-options': 'nosniff',
      });
    },
  );
