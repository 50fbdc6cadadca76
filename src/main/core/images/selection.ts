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
};

export interface Selection {
  readonly imageIds?: number[] | undefined;
  readonly query?: ImageFilter | undefined;
}

/** Ids of the selected images. @throws FoveaError `invalid` unless exactly one of ids and query is given. */
export function resolveSelection(db: Database, { imageIds, query }: Selection): number[] {
  if (imageIds !== undefined && query === undefined) return imageIds;
  if (query !== undefined && imageIds === undefined) return [...listImageIds(db, query)];
  throw new FoveaError('invalid', 'Images are chosen either by their ids or by a query.');
}

/** How many images are selected. @throws FoveaError as `resolveSelection` does. */
export function countSelection(db: Database, selection: Selection): number {
  const { imageIds, query } = selection;
  return imageIds === undefined && query !== undefined
    ? countImages(db, query)
    : resolveSelection(db, selection).length;
}
