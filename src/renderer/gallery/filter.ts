import type { ImageFlag, SplitPart } from '../../shared/images.ts';

export const SORTS = ['name', 'date', 'confidence', 'sharpness', 'brightness', 'size'] as const;
export type Sort = (typeof SORTS)[number];

/** What the gallery can be narrowed to, exactly as it stands in the address and in the call; all must hold. */
export interface GalleryFilter {
  readonly classId?: string;
  readonly unlabelled?: '0' | '1';
  readonly rootId?: string;
  readonly group?: string;
  readonly part?: SplitPart;
  readonly flag?: ImageFlag;
  readonly duplicates?: '0' | '1';
  readonly modelId?: string;
  readonly predicted?: string;
  readonly disagreement?: '0' | '1';
  readonly q?: string;
}

export type FilterKey = keyof GalleryFilter;

const KEYS: readonly FilterKey[] = [
  'classId',
  'unlabelled',
  'rootId',
  'group',
  'part',
  'flag',
  'duplicates',
  'modelId',
  'predicted',
  'disagreement',
  'q',
];

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

/** A copy of an address's query with some parts set, or taken away by null. */
export function changeQuery(
  query: URLSearchParams,
  change: Readonly<Partial<Record<FilterKey | 'sort', string | null>>>,
): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [key, value] of Object.entries(change)) {
    if (value === null || value === '') next.delete(key);
    else next.set(key, value);
  }
  // Which model is meant says nothing once no filter asks about a model.
  if (!next.has('predicted') && !next.has('disagreement')) next.delete('modelId');
  return next;
}

/** The query of an address that shows exactly this filter. */
export function queryOf(filter: Readonly<Partial<Record<FilterKey, string>>>): URLSearchParams {
  return changeQuery(new URLSearchParams(), filter);
}

/** True when labelling can move images into or out of the view. */
export function dependsOnLabels(filter: GalleryFilter): boolean {
  return filter.classId !== undefined || filter.unlabelled !== undefined || filter.disagreement !== undefined;
}

export function isEmpty(filter: GalleryFilter): boolean {
  return Object.keys(filter).length === 0;
}
