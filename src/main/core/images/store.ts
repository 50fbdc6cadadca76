import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import {
  IMAGE_FLAGS,
  type ImageFlag,
  type ImageFormat,
  type ImageRow,
  type SplitPart,
} from '../../../shared/images.ts';
import { findModelInUse } from '../models/modelInUse.ts';
import { buildFilterQuery, type ImageFilter } from './imageFilter.ts';

/** Flags as the database holds them: one bit each, in the order of IMAGE_FLAGS. */
export function encodeFlags(flags: Iterable<ImageFlag>): number {
  let bits = 0;
  for (const flag of flags) bits |= 1 << IMAGE_FLAGS.indexOf(flag);
  return bits;
}

export function decodeFlags(bits: number): ImageFlag[] {
  return IMAGE_FLAGS.filter((_, index) => (bits & (1 << index)) !== 0);
}

interface ImageRecord {
  image_id: number;
  root_id: number;
  path: string;
  sha256: string;
  width: number;
  height: number;
  format: string;
  pages: number;
  bytes: number;
  flags: number;
  group_name: string | null;
  class_id: number | null;
  part: string | null;
  predicted_class_id: number | null;
  confidence: number | null;
  file_count: number;
  /** JSON array. */
  tags: string;
  is_excluded: number;
}

function toImageRow(record: ImageRecord): ImageRow {
  return {
    imageId: record.image_id,
    rootId: record.root_id,
    path: record.path,
    sha256: record.sha256,
    width: record.width,
    height: record.height,
    format: record.format as ImageFormat,
    pages: record.pages,
    bytes: record.bytes,
    flags: decodeFlags(record.flags),
    group: record.group_name,
    classId: record.class_id,
    part: isPart(record.part) ? record.part : null,
    prediction:
      record.predicted_class_id === null || record.confidence === null
        ? null
        : { classId: record.predicted_class_id, confidence: record.confidence },
    duplicates: Math.max(0, record.file_count - 1),
    tags: JSON.parse(record.tags) as string[],
    isExcluded: record.is_excluded === 1,
  };
}

const isPart = (part: string | null): part is SplitPart => part !== null && part !== 'excluded';

/** The model whose predictions the gallery shows: the one asked for, else the one in use; '' when there is none. */
export function chooseModelId(db: Database, wanted: string | undefined): string {
  return wanted ?? findModelInUse(db) ?? '';
}

/** Ids of the view in its order: `[n] uint32`. */
export function listImageIds(db: Database, filter: ImageFilter): Uint32Array {
  const query = buildFilterQuery(filter, chooseModelId(db, filter.modelId));
  const ids = db
    .prepare<unknown[], number>(`SELECT i.image_id ${query.from} ORDER BY ${query.order}`)
    .pluck()
    .all(...query.values);
  return Uint32Array.from(ids);
}

/** How many images match; counting stops at `limit`. */
export function countImages(db: Database, filter: ImageFilter, limit: number): number {
  const query = buildFilterQuery(filter, chooseModelId(db, filter.modelId));
  return db
    .prepare<unknown[], number>(`SELECT count(*) FROM (SELECT 1 ${query.from} LIMIT ?)`)
    .pluck()
    .get(...query.values, limit)!;
}

/** The most rows that one call returns. */
export const MAX_ROWS = 500;

/** Rows of the given images, in the given order; unknown ids are left out. */
export function readImageRows(db: Database, imageIds: readonly number[], modelId: string): ImageRow[] {
  if (imageIds.length > MAX_ROWS) {
    throw new FoveaError('invalid', `At most ${MAX_ROWS} rows can be read at once.`);
  }
  const marks = imageIds.map(() => '?').join(',');
  const records = db
    .prepare<unknown[], ImageRecord>(
      `SELECT i.image_id, i.root_id, i.path, i.sha256, i.width, i.height, i.format, i.pages, i.bytes, i.flags,
         (SELECT f.group_name FROM files f WHERE f.image_id = i.image_id ORDER BY f.file_id LIMIT 1) AS group_name,
         (SELECT count(*) FROM files f WHERE f.image_id = i.image_id) AS file_count,
         (SELECT json_group_array(t.name) FROM image_tags it JOIN tags t USING (tag_id)
           WHERE it.image_id = i.image_id) AS tags,
         EXISTS (SELECT 1 FROM excluded_images x WHERE x.image_id = i.image_id) AS is_excluded,
         l.class_id, m.part, p.class_id AS predicted_class_id, p.confidence
       FROM images i
       LEFT JOIN labels l ON l.image_id = i.image_id
       LEFT JOIN predictions p ON p.image_id = i.image_id AND p.model_id = ?
       LEFT JOIN model_images m ON m.image_id = i.image_id AND m.model_id = ?
       WHERE i.image_id IN (${marks})`,
    )
    .all(modelId, modelId, ...imageIds);
  const byId = new Map(records.map((record) => [record.image_id, record]));
  return imageIds.flatMap((imageId) => {
    const record = byId.get(imageId);
    return record === undefined ? [] : [toImageRow(record)];
  });
}

/** One path that holds an image's content. */
export interface FileRow {
  readonly rootId: number;
  readonly root: string;
  readonly path: string;
  readonly group: string | null;
  readonly className: string | null;
  readonly isMissing: boolean;
}

export function listFilesOfImage(db: Database, imageId: number): FileRow[] {
  return db
    .prepare<[number], Omit<FileRow, 'isMissing'> & { isMissing: number }>(
      `SELECT f.root_id AS rootId, r.path AS root, f.path, f.group_name AS "group", f.class_name AS className,
         f.is_missing AS isMissing
       FROM files f JOIN roots r USING (root_id) WHERE f.image_id = ? ORDER BY f.is_missing, f.file_id`,
    )
    .all(imageId)
    .map((row) => ({ ...row, isMissing: row.isMissing === 1 }));
}

/** @throws FoveaError `not_found`. */
export function findImage(db: Database, imageId: number, modelId: string): ImageRow {
  const [row] = readImageRows(db, [imageId], modelId);
  if (row === undefined)
    throw new FoveaError('not_found', 'There is no such image.', { subject: String(imageId) });
  return row;
}

export function findImageByHash(
  db: Database,
  sha256: string,
): { imageId: number; format: ImageFormat } | null {
  const sql = 'SELECT image_id AS imageId, format FROM images WHERE sha256 = ?';
  return db.prepare<[string], { imageId: number; format: ImageFormat }>(sql).get(sha256) ?? null;
}
