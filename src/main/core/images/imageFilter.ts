import * as v from 'valibot';
import { IMAGE_FLAGS } from '../../../shared/images.ts';
import { IntegerText } from '../requestSchemas.ts';

const Flag01 = v.pipe(
  v.picklist(['0', '1']),
  v.transform((text) => text === '1'),
);

/** The filter of the gallery as it stands in an address; all parts must hold. */
export const ImageFilterSchema = v.object({
  classId: v.optional(IntegerText),
  unlabelled: v.optional(Flag01),
  /** Who gave the present label. */
  readerId: v.optional(IntegerText),
  rootId: v.optional(IntegerText),
  group: v.optional(v.string()),
  part: v.optional(v.picklist(['train', 'validation', 'test'])),
  flag: v.optional(v.picklist(IMAGE_FLAGS)),
  duplicates: v.optional(Flag01),
  /** Model whose predictions and parts are meant; the newest when absent. */
  modelId: v.optional(v.string()),
  tagId: v.optional(IntegerText),
  hasNote: v.optional(Flag01),
  /** Kept out of training by a person. */
  excluded: v.optional(Flag01),
  predicted: v.optional(IntegerText),
  disagreement: v.optional(Flag01),
  /** Text that the path contains. */
  q: v.optional(v.string()),
  sort: v.optional(
    v.picklist([
      'name',
      'date',
      'confidence',
      'disagreement',
      'sharpness',
      'brightness',
      'contrast',
      'saturation',
      'size',
    ]),
    'name',
  ),
});

export type ImageFilter = v.InferOutput<typeof ImageFilterSchema>;

const ORDER: Record<ImageFilter['sort'], string> = {
  name: 'i.path, i.image_id',
  date: 'i.image_id',
  confidence: 'p.confidence, i.image_id',
  // Labels that the model contradicts most surely first; then what it agrees with, the least sure first.
  disagreement:
    'CASE WHEN l.class_id IS NULL THEN NULL WHEN p.class_id <> l.class_id THEN -p.confidence ELSE p.confidence END NULLS LAST, i.image_id',
  sharpness: 'i.sharpness, i.image_id',
  brightness: 'i.brightness, i.image_id',
  contrast: 'i.contrast, i.image_id',
  saturation: 'i.saturation, i.image_id',
  size: 'i.bytes, i.image_id',
};

export interface FilterQuery {
  /** FROM and WHERE, to be put behind a SELECT over `i` (images), `l` (labels), `p` (predictions), `m` (model_images). */
  readonly from: string;
  readonly order: string;
  readonly values: readonly (string | number)[];
}

/** Turns a filter into SQL with bound values; `modelId` is the model that predictions are taken from, or ''. */
export function buildFilterQuery(filter: ImageFilter, modelId: string): FilterQuery {
  const conditions: string[] = [];
  const values: (string | number)[] = [modelId, modelId];
  const where = (condition: string, ...bound: (string | number)[]): void => {
    conditions.push(condition);
    values.push(...bound);
  };
  if (filter.classId !== undefined) where('l.class_id = ?', filter.classId);
  if (filter.unlabelled === true) where('l.class_id IS NULL');
  if (filter.unlabelled === false) where('l.class_id IS NOT NULL');
  if (filter.readerId !== undefined) {
    where(
      `EXISTS (SELECT 1 FROM label_events e JOIN label_batches b USING (batch_id)
         WHERE e.event_id = l.event_id AND b.reader_id = ?)`,
      filter.readerId,
    );
  }
  if (filter.rootId !== undefined) {
    where('i.image_id IN (SELECT f.image_id FROM files f WHERE f.root_id = ?)', filter.rootId);
  }
  if (filter.group !== undefined) {
    where('i.image_id IN (SELECT f.image_id FROM files f WHERE f.group_name = ?)', filter.group);
  }
  if (filter.part !== undefined) where('m.part = ?', filter.part);
  if (filter.flag !== undefined) where('(i.flags & ?) <> 0', 1 << IMAGE_FLAGS.indexOf(filter.flag));
  if (filter.duplicates === true) {
    where('(SELECT count(*) FROM files f WHERE f.image_id = i.image_id) > 1');
  }
  if (filter.tagId !== undefined) {
    where(
      'EXISTS (SELECT 1 FROM image_tags it WHERE it.image_id = i.image_id AND it.tag_id = ?)',
      filter.tagId,
    );
  }
  if (filter.hasNote !== undefined) {
    where(
      `${filter.hasNote ? '' : 'NOT '}EXISTS (SELECT 1 FROM image_notes n WHERE n.image_id = i.image_id)`,
    );
  }
  if (filter.excluded !== undefined) {
    where(
      `${filter.excluded ? '' : 'NOT '}EXISTS (SELECT 1 FROM excluded_images x WHERE x.image_id = i.image_id)`,
    );
  }
  if (filter.predicted !== undefined) where('p.class_id = ?', filter.predicted);
  if (filter.disagreement === true) where('p.class_id <> l.class_id');
  if (filter.q !== undefined && filter.q !== '') where('instr(lower(i.path), lower(?)) > 0', filter.q);
  const condition = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return {
    from: `FROM images i
      LEFT JOIN labels l ON l.image_id = i.image_id
      LEFT JOIN predictions p ON p.image_id = i.image_id AND p.model_id = ?
      LEFT JOIN model_images m ON m.image_id = i.image_id AND m.model_id = ?
      ${condition}`,
    order: ORDER[filter.sort],
    values,
  };
}
