/** What the images of a view can be put together by, each group below a heading. */
export const ARRANGEMENTS = ['none', 'class', 'prediction', 'group', 'root', 'part', 'flag'] as const;
export type Arrangement = (typeof ARRANGEMENTS)[number];

/** What names a section: a class or root id, a group's name, a part, a flag; null for images that have none. */
export type SectionKey = number | string | null;

/** The images of a view in their order. */
export interface ArrangedView {
  /** `[n] uint32` */
  readonly ids: Uint32Array;
  /** Place in `ids` at which each section begins, `[sections] uint32`; empty for a view without sections. */
  readonly starts: Uint32Array;
  readonly keys: readonly SectionKey[];
}

/**
 * A view as bytes: `[sections, bytes of keys]`, the starts, the ids, all little-endian uint32; then the keys as JSON.
 */
export function encodeView({ ids, starts, keys }: ArrangedView): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(keys));
  const bytes = new Uint8Array(8 + 4 * (starts.length + ids.length) + json.length);
  const numbers = new Uint32Array(bytes.buffer, 0, 2 + starts.length + ids.length);
  numbers.set([starts.length, json.length]);
  numbers.set(starts, 2);
  numbers.set(ids, 2 + starts.length);
  bytes.set(json, numbers.byteLength);
  return bytes;
}

/** The view that `encodeView` wrote. */
export function decodeView(bytes: ArrayBuffer): ArrangedView {
  const [sections = 0, jsonBytes = 0] = new Uint32Array(bytes, 0, 2);
  const end = bytes.byteLength - jsonBytes;
  const keys = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, end))) as SectionKey[];
  const idsAt = 8 + 4 * sections;
  return {
    ids: new Uint32Array(bytes, idsAt, (end - idsAt) / 4),
    starts: new Uint32Array(bytes, 8, sections),
    keys,
  };
}

/** What a view can be narrowed by, with a count for each choice. */
export const FACETS = [
  'class',
  'prediction',
  'confidence',
  'disagreement',
  'part',
  'flag',
  'format',
  'side',
  'bytes',
  'duplicates',
  'nearDuplicates',
  'excluded',
  'note',
  'reader',
  'root',
  'tag',
  'group',
] as const;
export type Facet = (typeof FACETS)[number];

/** Upper bounds in pixels of the classes of longer sides that are counted; the last class has none. */
export const SIDE_BOUNDS = [127, 255, 511, 1023, 2047, 4095] as const;

/** Upper bounds in bytes of the classes of file sizes that are counted; the last class has none. */
export const BYTE_BOUNDS = [9_999, 99_999, 999_999, 9_999_999, 99_999_999] as const;

/** Tenths of confidence that are counted: key 0 is below 0.1, key 9 from 0.9. */
export const CONFIDENCE_BINS = 10;

/**
 * For each facet how many images of the view have each of its values, as `[value, count]`, the facet's own part of the
 * filter left out. `null` counts those without one. Yes-or-no facets have the keys 1 and 0.
 */
export type FacetCounts = Readonly<Record<Facet, readonly (readonly [SectionKey, number])[]>>;

/** The most values of one facet that are told, those with most images first. */
export const MAX_FACET_VALUES = 500;
