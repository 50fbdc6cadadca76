import { CONDITIONS, type Condition } from './filterConditions.ts';
import type { FilterPart, ImageFilter } from './filterSchema.ts';
import { sortTerm, type SideTable } from './sortOrders.ts';

export { ImageFilterSchema, type ImageFilter } from './filterSchema.ts';

export interface FilterQuery {
  /** FROM and WHERE, to be put behind a SELECT over `i` (images) and the side tables that were asked for. */
  readonly from: string;
  readonly order: string;
  readonly values: readonly (string | number)[];
}

const FILTER_PARTS = Object.keys(CONDITIONS) as FilterPart[];

/** The side tables, each with at most one row for an image. */
const JOINS: Readonly<Record<SideTable, string>> = {
  labels: 'LEFT JOIN labels l ON l.image_id = i.image_id',
  predictions: 'LEFT JOIN predictions p ON p.image_id = i.image_id AND p.model_id = ?',
  model_images: 'LEFT JOIN model_images m ON m.image_id = i.image_id AND m.model_id = ?',
};

/**
 * Turns a filter into SQL with bound values. Only tables that something needs are joined.
 * @param modelId the model that predictions and parts are taken from, or ''
 * @param options.needs side tables that the caller's SELECT or ORDER names itself
 * @param options.order ORDER BY terms that come before those of the filter's own sort
 * @param options.and one more condition
 */
export function buildFilterQuery(
  filter: ImageFilter,
  modelId: string,
  options: {
    readonly needs?: readonly SideTable[];
    readonly order?: string;
    readonly and?: Condition;
  } = {},
): FilterQuery {
  const conditions = FILTER_PARTS.flatMap((part): Condition[] => {
    const condition = conditionOf(filter, part);
    return condition === null ? [] : [condition];
  });
  if (options.and !== undefined) conditions.push(options.and);
  const sort = sortTerm(filter.sort, filter.direction ?? 'ascending', filter.pick !== undefined);
  const needed = new Set([
    ...(options.needs ?? []),
    ...sort.needs,
    ...conditions.flatMap(({ needs }) => needs ?? []),
  ]);
  const tables = (Object.keys(JOINS) as SideTable[]).filter((table) => needed.has(table));
  const hasPick = filter.pick !== undefined;
  const where = conditions.map(({ sql }) => `(${sql})`).join(' AND ');
  return {
    from: [
      // The images of a pick are few and known by id, so they are looked up and not looked for.
      hasPick
        ? 'FROM json_each((SELECT image_ids FROM picks WHERE pick = ?)) k CROSS JOIN images i ON i.image_id = k.value'
        : 'FROM images i',
      ...tables.map((table) => JOINS[table]),
      where === '' ? '' : `WHERE ${where}`,
    ].join(' '),
    order: options.order === undefined ? sort.order : `${options.order}, ${sort.order}`,
    values: [
      ...(filter.pick === undefined ? [] : [filter.pick]),
      ...tables.filter((table) => table !== 'labels').map(() => modelId),
      ...conditions.flatMap(({ values }) => values),
    ],
  };
}

/** The condition of one part, null where the filter leaves it open. */
function conditionOf(filter: ImageFilter, part: FilterPart): Condition | null {
  const value = filter[part];
  return value === undefined ? null : CONDITIONS[part](value as never);
}
