import type { Database } from 'better-sqlite3';
import type { Condition } from './filterConditions.ts';
import { buildFilterQuery, type ImageFilter } from './imageFilter.ts';
import { sortTerm } from './sortOrders.ts';
import { chooseModelId } from './store.ts';

/**
 * The next ids of a view after an image, `[≤ limit]`, found by the image's place in the order and not by counting, so
 * that the last page costs what the first one does.
 * @param after the last image of the page before; null for the first page
 */
export function listIdsAfter(
  db: Database,
  filter: ImageFilter,
  after: number | null,
  limit: number,
): number[] {
  const modelId = chooseModelId(db, filter.modelId);
  const place = after === null ? null : findPlace(db, filter, modelId, after);
  if (place === undefined) return [];
  const and = place === null || after === null ? {} : { and: standsBehind(filter, place.value, after) };
  const query = buildFilterQuery(filter, modelId, and);
  return db
    .prepare<unknown[], number>(`SELECT i.image_id ${query.from} ORDER BY ${query.order} LIMIT ?`)
    .pluck()
    .all(...query.values, limit);
}

function standsBehind(filter: ImageFilter, value: string | number | null, imageId: number): Condition {
  const direction = filter.direction ?? 'ascending';
  const { by, isNullable } = sortTerm(filter.sort, direction, filter.pick !== undefined);
  const beyond = direction === 'descending' ? '<' : '>';
  if (value === null) return { sql: `${by} IS NULL AND i.image_id ${beyond} ?`, values: [imageId] };
  const isBeyond = `(${by}, i.image_id) ${beyond} (?, ?)`;
  return { sql: isNullable ? `${isBeyond} OR ${by} IS NULL` : isBeyond, values: [value, imageId] };
}

/** What an image is sorted by; undefined when it is not there. */
function findPlace(
  db: Database,
  filter: ImageFilter,
  modelId: string,
  imageId: number,
): { value: string | number | null } | undefined {
  const { sort, direction, pick } = filter;
  const { by, needs } = sortTerm(sort, direction ?? 'ascending', pick !== undefined);
  const alone: ImageFilter = { sort, ...(pick === undefined ? {} : { pick }) };
  const and = { sql: 'i.image_id = ?', values: [imageId] };
  const query = buildFilterQuery(alone, modelId, { needs, and });
  return db
    .prepare<unknown[], { value: string | number | null }>(`SELECT ${by} AS value ${query.from}`)
    .get(...query.values);
}
