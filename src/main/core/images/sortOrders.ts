/** Tables beside `images i` that an expression may need: `labels l`, `predictions p`, `model_images m`. */
export type SideTable = 'labels' | 'predictions' | 'model_images';

interface SortOrder {
  /** One value per image, ascending unless the other direction is asked for. */
  readonly by: string;
  readonly needs?: readonly SideTable[];
  /** Images without a value stand last in both directions. */
  readonly isNullable?: boolean;
}

/** All that images can be sorted by. A new number of an image is one line here. */
export const SORT_ORDERS = {
  name: { by: 'i.path' },
  date: { by: 'i.image_id' },
  confidence: { by: 'p.confidence', needs: ['predictions'], isNullable: true },
  margin: { by: 'probability_margin(p.probabilities)', needs: ['predictions'], isNullable: true },
  // Labels that the model contradicts most surely first; then what it agrees with, the least sure first.
  disagreement: {
    by: 'CASE WHEN l.class_id IS NULL THEN NULL WHEN p.class_id <> l.class_id THEN -p.confidence ELSE p.confidence END',
    needs: ['labels', 'predictions'],
    isNullable: true,
  },
  sharpness: { by: 'i.sharpness' },
  brightness: { by: 'i.brightness' },
  contrast: { by: 'i.contrast' },
  saturation: { by: 'i.saturation' },
  background: { by: 'i.background', isNullable: true },
  tissue: { by: 'i.tissue', isNullable: true },
  overexposed: { by: 'i.overexposed', isNullable: true },
  underexposed: { by: 'i.underexposed', isNullable: true },
  /** Bytes of the file. */
  size: { by: 'i.bytes' },
  pixels: { by: 'i.width * i.height' },
  /** The order in which the ids of a pick were given; by name where no pick is shown. */
  pick: { by: 'k.key' },
} as const satisfies Record<string, SortOrder>;

export type SortName = keyof typeof SORT_ORDERS;
export type SortDirection = 'ascending' | 'descending';

export const SORT_NAMES = Object.keys(SORT_ORDERS) as [SortName, ...SortName[]];

export interface SortTerm {
  readonly by: string;
  readonly order: string;
  readonly needs: readonly SideTable[];
  readonly isNullable: boolean;
}

/** ORDER BY of a view; images that are equal in it stand by their ids, so that it is the same every time. */
export function sortTerm(name: SortName, direction: SortDirection, hasPick: boolean): SortTerm {
  const {
    by,
    needs = [],
    isNullable = false,
  }: SortOrder = SORT_ORDERS[name === 'pick' && !hasPick ? 'name' : name];
  const way = direction === 'descending' ? 'DESC' : 'ASC';
  const order =
    by === 'i.image_id'
      ? `${by} ${way}`
      : `${by} ${way}${isNullable ? ' NULLS LAST' : ''}, i.image_id ${way}`;
  return { by, order, needs, isNullable };
}
