import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Hono, type Context } from 'hono';
import * as v from 'valibot';
import { FoveaError } from '../../../shared/errors.ts';
import type { ImageFormat } from '../../../shared/images.ts';
import { translateFileError } from '../files/fileErrors.ts';
import { validateBody, validateParams, validateQuery, type CoreEnv } from '../http.ts';
import { listHistory } from '../labels/history.ts';
import { IntegerText } from '../requestSchemas.ts';
import { ImageFilterSchema } from './imageFilter.ts';
import { listPredictions, readQuality } from './imageDetails.ts';
import { findOriginal } from './originals.ts';
import {
  chooseModelId,
  findImage,
  findImageByHash,
  listFilesOfImage,
  MAX_ROWS,
  readImageRows,
} from './store.ts';
import { THUMBNAIL_SIDE } from './thumbnail.ts';

const ImageParams = v.object({ imageId: IntegerText });
const HashParams = v.object({ sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) });
const RowsBody = v.object({
  imageIds: v.pipe(v.array(v.pipe(v.number(), v.integer())), v.maxLength(MAX_ROWS)),
  modelId: v.optional(v.string()),
});

/** A picture by content never changes, so a browser may keep it for ever. */
const IMMUTABLE = 'private, max-age=31536000, immutable';

/** Formats that a browser shows as they are. */
const MEDIA_TYPES: Readonly<Partial<Record<ImageFormat, string>>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  bmp: 'image/bmp',
};

/** The longer side of a picture that is shown large but cannot be shown as it is. */
const PICTURE_SIDE = 2048;

export const imageRoutes = new Hono<CoreEnv>()
  .get('/images/list', validateQuery(ImageFilterSchema), async (c) => {
    const { studio } = c.var;
    const library = studio.requireLibrary();
    const view = await studio.views.arrange(library, c.req.valid('query'), 'none', c.req.raw.signal);
    return c.json({ imageIds: [...view.ids] });
  })
  // The same as bytes: little-endian uint32, one per image, for a view of 100,000 and more.
  .get('/images/ids', validateQuery(ImageFilterSchema), async (c) => {
    const { studio } = c.var;
    const library = studio.requireLibrary();
    const { ids } = await studio.views.arrange(library, c.req.valid('query'), 'none', c.req.raw.signal);
    return sendBytes(c, new Uint8Array(ids.buffer), 'application/octet-stream', 'no-store');
  })
  .post('/images/rows', validateBody(RowsBody), (c) => {
    const { db } = c.var.studio.requireLibrary();
    const { imageIds, modelId } = c.req.valid('json');
    return c.json({ rows: readImageRows(db, imageIds, chooseModelId(db, modelId)) });
  })
  .get('/images/:imageId', validateParams(ImageParams), (c) => {
    const { db } = c.var.studio.requireLibrary();
    const { imageId } = c.req.valid('param');
    const image = findImage(db, imageId, chooseModelId(db, undefined));
    return c.json({
      image,
      files: listFilesOfImage(db, imageId),
      history: listHistory(db, imageId),
      quality: readQuality(db, imageId),
      predictions: listPredictions(db, imageId),
    });
  })
  .get('/images/:imageId/picture', validateParams(ImageParams), async (c) => {
    const { db } = c.var.studio.requireLibrary();
    const { imageId } = c.req.valid('param');
    const { format } = findImage(db, imageId, '');
    const { file } = await findOriginal(db, imageId);
    const type = MEDIA_TYPES[format];
    if (type !== undefined) return sendBytes(c, await readOriginal(file), type, 'private, no-cache');
    const picture = await c.var.studio.pictures.make({ file, maxSide: PICTURE_SIDE, type: 'png' });
    return sendBytes(c, picture.bytes, 'image/png', 'private, no-cache');
  })
  .get('/thumbnails/:sha256', validateParams(HashParams), async (c) => {
    const library = c.var.studio.requireLibrary();
    const { sha256 } = c.req.valid('param');
    const stored = library.thumbnails.find(sha256);
    if (stored !== null) return sendBytes(c, stored, 'image/jpeg', IMMUTABLE);
    const image = findImageByHash(library.db, sha256);
    if (image === null) throw new FoveaError('not_found', 'There is no such image.');
    const { file } = await findOriginal(library.db, image.imageId);
    const row = findImage(library.db, image.imageId, '');
    const type = MEDIA_TYPES[image.format];
    // Small pictures are their own thumbnails; only they come without a stored one.
    if (type !== undefined && Math.max(row.width, row.height) <= THUMBNAIL_SIDE) {
      return sendBytes(c, await readOriginal(file), type, IMMUTABLE);
    }
    const made = await c.var.studio.pictures.make({ file, maxSide: THUMBNAIL_SIDE, type: 'jpeg' });
    if (!library.isReadOnly) library.thumbnails.saveAll([{ sha256, jpeg: made.bytes }]);
    return sendBytes(c, made.bytes, 'image/jpeg', IMMUTABLE);
  })
  // Made anew for each window that asks, since few are seen at once and the window keeps them.
  .get('/thumbnails/:sha256/large', validateParams(HashParams), async (c) => {
    const { db } = c.var.studio.requireLibrary();
    const image = findImageByHash(db, c.req.valid('param').sha256);
    if (image === null) throw new FoveaError('not_found', 'There is no such image.');
    const { file } = await findOriginal(db, image.imageId);
    const made = await c.var.studio.pictures.make({ file, maxSide: 2 * THUMBNAIL_SIDE, type: 'jpeg' });
    return sendBytes(c, made.bytes, 'image/jpeg', IMMUTABLE);
  });

/** Whatever happens between finding a file and reading it has a sentence too. */
function readOriginal(file: string): Promise<Buffer> {
  return readFile(file).catch((error: unknown) => {
    throw translateFileError(error, path.basename(file));
  });
}

function sendBytes(c: Context, bytes: Uint8Array, type: string, caching: string): Response {
  return c.body(new Uint8Array(bytes), 200, {
    'content-type': type,
    'cache-control': caching,
    'x-content-type-options': 'nosniff',
  });
}
