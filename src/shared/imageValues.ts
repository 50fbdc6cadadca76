/** What the points of a map can be coloured by. */
export const IMAGE_VALUES = [
  'class',
  'prediction',
  'confidence',
  'disagreement',
  'group',
  'root',
  'part',
  'reader',
  'labelled',
  'sharpness',
  'brightness',
  'contrast',
  'saturation',
  'background',
  'tissue',
  'overexposed',
  'underexposed',
] as const;
export type ImageValue = (typeof IMAGE_VALUES)[number];

/** One entry of a legend. */
export interface ValueCategory {
  readonly name: string;
  /** `#rrggbb` where the library gives one (classes, readers), else null. */
  readonly color: string | null;
  /** What the filter of the gallery calls it: a class id, a group's name, a part. */
  readonly filter: string | null;
  readonly count: number;
}

/** One value for every image of the library. */
export interface ImageValues {
  readonly by: ImageValue;
  /** `category`: `values` are places in `categories`; `number` and `time` (milliseconds since 1970) are what they say. */
  readonly kind: 'category' | 'number' | 'time';
  readonly categories: readonly ValueCategory[];
  /** `[n] uint32`, rising. */
  readonly imageIds: Uint32Array;
  /** `[n] float64`; NaN where an image has no such value. */
  readonly values: Float64Array;
}

type Head = Pick<ImageValues, 'by' | 'kind' | 'categories'> & { readonly count: number };

/**
 * The values as bytes: length of a JSON head (uint32), the head padded with blanks to eight bytes, the values
 * (`[n] float64`), the ids (`[n] uint32`); all little-endian.
 */
export function packImageValues(values: ImageValues): Uint8Array<ArrayBuffer> {
  const { by, kind, categories, imageIds } = values;
  const head: Head = { by, kind, categories, count: imageIds.length };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const headLength = Math.ceil((text.length + 4) / 8) * 8 - 4;
  const bytes = new Uint8Array(4 + headLength + imageIds.length * 12);
  bytes.fill(0x20, 4, 4 + headLength);
  new DataView(bytes.buffer).setUint32(0, headLength, true);
  bytes.set(text, 4);
  new Float64Array(bytes.buffer, 4 + headLength, imageIds.length).set(values.values);
  new Uint32Array(bytes.buffer, 4 + headLength + imageIds.length * 8, imageIds.length).set(imageIds);
  return bytes;
}

/** The reverse of `packImageValues`, without copying. */
export function unpackImageValues(bytes: ArrayBuffer): ImageValues {
  const headLength = new DataView(bytes).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(bytes, 4, headLength));
  const { by, kind, categories, count } = JSON.parse(text) as Head;
  return {
    by,
    kind,
    categories,
    values: new Float64Array(bytes, 4 + headLength, count),
    imageIds: new Uint32Array(bytes, 4 + headLength + count * 8, count),
  };
}
