import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { IMAGE_FLAGS } from '../../../shared/images.ts';
import {
  CONFIDENCE_BINS,
  MAX_FACET_VALUES,
  BYTE_BOUNDS,
  SIDE_BOUNDS,
  type Facet,
  type FacetCounts,
  type SectionKey,
} from '../../../shared/views.ts';
import { breathe } from '../breathe.ts';
import { NEAR_DUPLICATES } from './filterConditions.ts';
import type { FilterPart } from './filterSchema.ts';
import { buildFilterQuery, type ImageFilter } from './imageFilter.ts';
import type { SideTable } from './sortOrders.ts';
import { chooseModelId } from './store.ts';

interface FacetSource {
  /** Parts of the filter that are this facet's own. */
  readonly own: readonly FilterPart[];
  /** One value per image; several facets of this kind are read in one pass. */
  readonly column?: string;
  readonly needs?: readonly SideTable[];
  /** Values that one value of the column counts for; itself when absent. */
  readonly split?: (value: SectionKey) => readonly SectionKey[];
  /** For what an image can have several of: a table of `image_id` and `value`. */
  readonly table?: string;
}

/** Which of the classes that these upper bounds make a value is in. */
const classWithin =
  (bounds: readonly number[]) =>
  (value: SectionKey): readonly SectionKey[] => {
    const at = bounds.findIndex((bound) => Number(value) <= bound);
    return [at < 0 ? bounds.length : at];
  };

const SOURCES: Readonly<Record<Facet, FacetSource>> = {
  class: { own: ['classId', 'unlabelled'], column: 'l.class_id', needs: ['labels'] },
  prediction: { own: ['predicted'], column: 'p.class_id', needs: ['predictions'] },
  confidence: {
    own: ['minConfidence', 'maxConfidence'],
    column: `CAST(min(p.confidence * ${CONFIDENCE_BINS}, ${CONFIDENCE_BINS - 1}) AS INTEGER)`,
    needs: ['predictions'],
  },
  disagreement: {
    own: ['disagreement'],
    column: 'p.class_id <> l.class_id',
    needs: ['labels', 'predictions'],
  },
  part: { own: ['part'], column: 'm.part', needs: ['model_images'] },
  flag: {
    own: ['flag'],
    column: 'i.flags',
    split: (bits) => IMAGE_FLAGS.filter((_, index) => (Number(bits) & (1 << index)) !== 0),
  },
  format: { own: ['format'], column: 'i.format' },
  side: {
    own: ['minSide', 'maxSide'],
    column: 'max(i.width, i.height)',
    split: classWithin(SIDE_BOUNDS),
  },
  bytes: { own: ['minBytes', 'maxBytes'], column: 'i.bytes', split: classWithin(BYTE_BOUNDS) },
  nearDuplicates: { own: ['nearDuplicates'], column: `i.image_id IN (${NEAR_DUPLICATES})` },
  duplicates: {
    own: ['duplicates'],
    column: 'EXISTS (SELECT 1 FROM files f WHERE f.image_id = i.image_id LIMIT 1 OFFSET 1)',
  },
  excluded: {
    own: ['excluded'],
    column: 'EXISTS (SELECT 1 FROM excluded_images x WHERE x.image_id = i.image_id)',
  },
  note: { own: ['hasNote'], column: 'EXISTS (SELECT 1 FROM image_notes n WHERE n.image_id = i.image_id)' },
  reader: {
    own: ['readerId'],
    column: `(SELECT b.reader_id FROM label_events e JOIN label_batches b USING (batch_id) WHERE e.event_id = l.event_id)`,
    needs: ['labels'],
  },
  root: { own: ['rootId'], table: 'SELECT DISTINCT image_id, root_id AS value FROM files' },
  tag: { own: ['tagId'], table: 'SELECT image_id, tag_id AS value FROM image_tags' },
  group: {
    own: ['group'],
    table: 'SELECT DISTINCT image_id, group_name AS value FROM files WHERE group_name IS NOT NULL',
  },
};

const ALL = Object.keys(SOURCES) as Facet[];

/**
 * Counts the values of every facet in a view, each facet with its own part of the filter left out. Reads every row of
 * the view: not for the core's thread in a large library.
 * @throws FoveaError `cancelled`
 */
export async function countFacets(
  db: Database,
  filter: ImageFilter,
  signal?: AbortSignal,
): Promise<FacetCounts> {
  const counts: Partial<Record<Facet, readonly (readonly [SectionKey, number])[]>> = {};
  const isNarrowed = (facet: Facet): boolean => SOURCES[facet].own.some((part) => filter[part] !== undefined);
  const together = ALL.filter((facet) => SOURCES[facet].column !== undefined && !isNarrowed(facet));
  const passes = [together, ...ALL.filter((facet) => !together.includes(facet)).map((facet) => [facet])];
  for (const facets of passes) {
    await breathe();
    if (signal?.aborted === true) throw new FoveaError('cancelled', 'Cancelled.');
    const [first] = facets;
    if (first === undefined) continue;
    const others = isNarrowed(first) ? without(filter, SOURCES[first].own) : filter;
    const tallies =
      SOURCES[first].table === undefined ? countColumns(db, others, facets) : [countTable(db, others, first)];
    for (const [index, facet] of facets.entries()) counts[facet] = largestFirst(tallies[index]!);
  }
  return counts as FacetCounts;
}

function without(filter: ImageFilter, parts: readonly FilterPart[]): ImageFilter {
  return { ...filter, ...Object.fromEntries(parts.map((part) => [part, undefined])) };
}

type Tally = Map<SectionKey, number>;

function countColumns(db: Database, filter: ImageFilter, facets: readonly Facet[]): Tally[] {
  const sources = facets.map((facet) => SOURCES[facet]);
  const query = buildFilterQuery(filter, chooseModelId(db, filter.modelId), {
    needs: sources.flatMap(({ needs }) => needs ?? []),
  });
  const tallies: Tally[] = facets.map(() => new Map());
  const rows = db
    .prepare<unknown[], SectionKey[]>(
      `SELECT ${sources.map(({ column }) => column).join(', ')} ${query.from}`,
    )
    .raw()
    .iterate(...query.values);
  for (const row of rows) {
    for (let index = 0; index < row.length; index += 1) {
      const tally = tallies[index]!;
      tally.set(row[index]!, (tally.get(row[index]!) ?? 0) + 1);
    }
  }
  return tallies.map((tally, index) => splitValues(tally, sources[index]!.split));
}

function splitValues(tally: Tally, split: FacetSource['split']): Tally {
  if (split === undefined) return tally;
  const result: Tally = new Map();
  for (const [value, count] of tally) {
    for (const part of split(value)) result.set(part, (result.get(part) ?? 0) + count);
  }
  return result;
}

function countTable(db: Database, filter: ImageFilter, facet: Facet): Tally {
  const query = buildFilterQuery(filter, chooseModelId(db, filter.modelId));
  return new Map(
    db
      .prepare<unknown[], [SectionKey, number]>(
        `SELECT value, count(*) FROM (${SOURCES[facet].table}) WHERE image_id IN (SELECT i.image_id ${query.from})
         GROUP BY value`,
      )
      .raw()
      .all(...query.values),
  );
}

function largestFirst(tally: Tally): [SectionKey, number][] {
  return [...tally].sort((a, b) => b[1] - a[1]).slice(0, MAX_FACET_VALUES);
}
