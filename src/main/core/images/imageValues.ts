import type { Database } from 'better-sqlite3';
import type { ImageValue, ImageValues, ValueCategory } from '../../../shared/imageValues.ts';
import { breathe } from '../breathe.ts';

/** How one value is read: an SQL expression over i (images), l (labels), p (predictions), m (model_images). */
interface Source {
  readonly kind: ImageValues['kind'];
  readonly sql: string;
  /** Names and colours of what `sql` gives; without it a name is what `sql` gives. */
  readonly describe?: (db: Database) => Map<string | number, Pick<ValueCategory, 'name' | 'color'>>;
}

const CLASSES = (db: Database): Map<string | number, Pick<ValueCategory, 'name' | 'color'>> =>
  namesOf(db, 'SELECT class_id AS id, name, color FROM classes ORDER BY position, class_id');

const SOURCES: Readonly<Record<ImageValue, Source>> = {
  class: { kind: 'category', sql: 'l.class_id', describe: CLASSES },
  prediction: { kind: 'category', sql: 'p.class_id', describe: CLASSES },
  confidence: { kind: 'number', sql: 'p.confidence' },
  disagreement: {
    kind: 'category',
    sql: "CASE WHEN l.class_id IS NULL OR p.class_id IS NULL THEN NULL WHEN l.class_id = p.class_id THEN '0' ELSE '1' END",
    describe: () =>
      new Map([
        ['0', { name: 'Label and prediction agree', color: null }],
        ['1', { name: 'They disagree', color: null }],
      ]),
  },
  group: {
    kind: 'category',
    sql: '(SELECT f.group_name FROM files f WHERE f.image_id = i.image_id ORDER BY f.file_id LIMIT 1)',
  },
  root: {
    kind: 'category',
    sql: 'i.root_id',
    describe: (db) => namesOf(db, 'SELECT root_id AS id, name, NULL AS color FROM roots ORDER BY root_id'),
  },
  part: { kind: 'category', sql: "CASE m.part WHEN 'excluded' THEN NULL ELSE m.part END" },
  reader: {
    kind: 'category',
    sql: `(SELECT b.reader_id FROM label_events e JOIN label_batches b USING (batch_id) WHERE e.event_id = l.event_id)`,
    describe: (db) => namesOf(db, 'SELECT reader_id AS id, name, color FROM readers ORDER BY reader_id'),
  },
  labelled: {
    kind: 'time',
    sql: '(SELECT b.at FROM label_events e JOIN label_batches b USING (batch_id) WHERE e.event_id = l.event_id)',
  },
  sharpness: { kind: 'number', sql: 'i.sharpness' },
  brightness: { kind: 'number', sql: 'i.brightness' },
  contrast: { kind: 'number', sql: 'i.contrast' },
  saturation: { kind: 'number', sql: 'i.saturation' },
  background: { kind: 'number', sql: 'i.background' },
  tissue: { kind: 'number', sql: 'i.tissue' },
  overexposed: { kind: 'number', sql: 'i.overexposed' },
  underexposed: { kind: 'number', sql: 'i.underexposed' },
};

/** Rows read before others are answered. */
const CHUNK = 4_000;

/**
 * One value of every image, for colouring a map: read in steps, so that the core answers others meanwhile.
 * @param modelId whose predictions and parts are meant, or ''
 */
export async function readImageValues(db: Database, by: ImageValue, modelId: string): Promise<ImageValues> {
  const source = SOURCES[by];
  const categories = source.kind === 'category' ? new CategoryCounter(source.describe?.(db)) : null;
  const imageIds: number[] = [];
  const values: number[] = [];
  const statement = db
    .prepare<[string, string, number, number], [number, string | number | null]>(
      `SELECT i.image_id, ${source.sql} FROM images i
       LEFT JOIN labels l ON l.image_id = i.image_id
       LEFT JOIN predictions p ON p.image_id = i.image_id AND p.model_id = ?
       LEFT JOIN model_images m ON m.image_id = i.image_id AND m.model_id = ?
       WHERE i.image_id > ? ORDER BY i.image_id LIMIT ?`,
    )
    .raw();
  for (;;) {
    const rows = statement.all(modelId, modelId, imageIds.at(-1) ?? 0, CHUNK);
    for (const [imageId, value] of rows) {
      imageIds.push(imageId);
      values.push(value === null ? NaN : (categories?.place(value) ?? Number(value)));
    }
    if (rows.length < CHUNK) break;
    await breathe();
  }
  return {
    by,
    kind: source.kind,
    categories: categories?.list() ?? [],
    imageIds: Uint32Array.from(imageIds),
    values: Float64Array.from(values),
  };
}

/** Gives each distinct value a place, in the order of `known`, then as they come. */
class CategoryCounter {
  readonly #places = new Map<string | number, number>();
  readonly #rows: { name: string; color: string | null; filter: string; count: number }[] = [];

  constructor(known: Map<string | number, Pick<ValueCategory, 'name' | 'color'>> = new Map()) {
    for (const [value, { name, color }] of known) this.#add(value, name, color);
  }

  place(value: string | number): number {
    const place = this.#places.get(value) ?? this.#add(value, String(value), null);
    this.#rows[place]!.count += 1;
    return place;
  }

  list(): ValueCategory[] {
    return this.#rows;
  }

  #add(value: string | number, name: string, color: string | null): number {
    const place = this.#rows.length;
    this.#places.set(value, place);
    this.#rows.push({ name, color, filter: String(value), count: 0 });
    return place;
  }
}

function namesOf(db: Database, sql: string): Map<string | number, Pick<ValueCategory, 'name' | 'color'>> {
  const rows = db.prepare<[], { id: number; name: string; color: string | null }>(sql).all();
  return new Map(rows.map(({ id, name, color }) => [id, { name, color }]));
}
