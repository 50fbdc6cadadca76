import { ARRANGEMENTS, type Arrangement } from '../../shared/views.ts';

export const SORTS = [
  'name',
  'date',
  'confidence',
  'margin',
  'disagreement',
  'brightness',
  'sharpness',
  'contrast',
  'saturation',
  'background',
  'tissue',
  'overexposed',
  'underexposed',
  'size',
  'pixels',
  'pick',
] as const;
export type Sort = (typeof SORTS)[number];
export type Direction = 'ascending' | 'descending';

/** Everything the gallery can be narrowed by, exactly as it stands in the address and in the call; all must hold. */
const KEYS = [
  'classId',
  'unlabelled',
  'readerId',
  'rootId',
  'group',
  'part',
  'flag',
  'format',
  'duplicates',
  'nearDuplicates',
  'modelId',
  'tagId',
  'hasNote',
  'excluded',
  'predicted',
  'minConfidence',
  'maxConfidence',
  'disagreement',
  'minSide',
  'maxSide',
  'minBytes',
  'maxBytes',
  'pick',
  'q',
] as const;

export type FilterKey = (typeof KEYS)[number];
export type GalleryFilter = Readonly<Partial<Record<FilterKey, string>>>;

/** What orders a view without narrowing it. */
export type OrderKey = 'sort' | 'direction' | 'arrange';
export type QueryChange = Readonly<Partial<Record<FilterKey | OrderKey, string | null>>>;

/** Filters that mean nothing without a model. */
const OF_A_MODEL: readonly FilterKey[] = [
  'predicted',
  'disagreement',
  'minConfidence',
  'maxConfidence',
  'part',
];

/** Labelling can move images into or out of views that these narrow. */
const OF_LABELS: readonly FilterKey[] = ['classId', 'unlabelled', 'disagreement', 'readerId'];

/** The filter that an address asks for; words it does not know are left out. */
export function readFilter(query: URLSearchParams): GalleryFilter {
  return Object.fromEntries(
    KEYS.flatMap((key) => {
      const value = query.get(key);
      return value === null || value === '' ? [] : [[key, value]];
    }),
  );
}

export function readSort(query: URLSearchParams): Sort {
  return SORTS.find((each) => each === query.get('sort')) ?? 'name';
}

export function readDirection(query: URLSearchParams): Direction {
  return query.get('direction') === 'descending' ? 'descending' : 'ascending';
}

export function readArrangement(query: URLSearchParams): Arrangement {
  return ARRANGEMENTS.find((each) => each === query.get('arrange')) ?? 'none';
}

/** A copy of an address's query with some parts set, or taken away by null. */
export function changeQuery(query: URLSearchParams, change: QueryChange): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [key, value] of Object.entries(change)) {
    if (value === null || value === '') next.delete(key);
    else next.set(key, value);
  }
  // Which model is meant says nothing once no filter asks about a model.
  if (!OF_A_MODEL.some((key) => next.has(key))) next.delete('modelId');
  return next;
}

/** The query of an address that shows exactly this filter. */
export function queryOf(filter: GalleryFilter): URLSearchParams {
  return changeQuery(new URLSearchParams(), filter);
}

/** True when labelling can move images into or out of the view. */
export function dependsOnLabels(filter: GalleryFilter): boolean {
  return OF_LABELS.some((key) => filter[key] !== undefined);
}

/** True when nothing narrows the view; which model is meant does not. */
export function isEmpty(filter: GalleryFilter): boolean {
  return Object.keys(filter).every((key) => key === 'modelId');
}

/** The values of a part that takes several. */
export function valuesOf(filter: GalleryFilter, key: FilterKey): readonly string[] {
  return filter[key]?.split(',') ?? [];
}

/** One value more or less in a part that takes several; null when none is left. */
export function toggleValue(filter: GalleryFilter, key: FilterKey, value: string): string | null {
  const values = valuesOf(filter, key);
  const next = values.includes(value) ? values.filter((each) => each !== value) : [...values, value];
  return next.length === 0 ? null : next.join(',');
}
