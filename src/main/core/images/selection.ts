import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import { FoveaError } from '../../../shared/errors.ts';
import { ImageIds } from '../requestSchemas.ts';
import { ImageFilterSchema, type ImageFilter } from './imageFilter.ts';
import { countImages, listImageIds } from './store.ts';

/** The images an action is about: by id, or by a filter as it stands in an address, which means all that match now. */
export const SelectionEntries = {
  imageIds: v.optional(ImageIds),
  query: v.optional(ImageFilterSchema),
  /** Of what the query matches, these are left out. */
  exceptIds: v.optional(ImageIds),
};

export interface Selection {
  readonly imageIds?: number[] | undefined;
  readonly query?: ImageFilter | undefined;
  readonly exceptIds?: number[] | undefined;
}

/** Ids of the selected images. @throws FoveaError `invalid` unless exactly one of ids and query is given. */
export function resolveSelection(db: Database, { imageIds, query, exceptIds }: Selection): number[] {
  if (imageIds !== undefined && query === undefined) return imageIds;
  if (query !== undefined && imageIds === undefined) {
    const except = new Set(exceptIds);
    return Array.from(listImageIds(db, query)).filter((imageId) => !except.has(imageId));
  }
  throw new FoveaError('invalid', 'Images are chosen either by their ids or by a query.');
}

/** How many images are selected, at most; counting stops at `limit`. @throws FoveaError as `resolveSelection` does. */
export function countSelection(db: Database, selection: Selection, limit: number): number {
  const { imageIds, query } = selection;
  return imageIds === undefined && query !== undefined
    ? countImages(db, query, limit)
    : resolveSelection(db, selection).length;
}
