import { IMAGE_FLAGS } from '../../../shared/images.ts';
import { USUAL_LIKENESS } from '../../../shared/nearDuplicates.ts';
import type { FilterPart, ImageFilter } from './filterSchema.ts';
import type { SideTable } from './sortOrders.ts';

/** SQL that must hold for an image `i`, with its bound values. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
  readonly needs?: readonly SideTable[];
}

type Conditions = {
  readonly [Part in FilterPart]-?: (value: NonNullable<ImageFilter[Part]>) => Condition | null;
};

/** Images of pairs that are usually copies and that nobody keeps as different images. */
export const NEAR_DUPLICATES = (['low_id', 'high_id'] as const)
  .map(
    (side) => `SELECT n.${side} FROM near_pairs n WHERE n.likeness >= ${USUAL_LIKENESS} AND NOT EXISTS
      (SELECT 1 FROM kept_pairs k WHERE k.low_id = n.low_id AND k.high_id = n.high_id)`,
  )
  .join(' UNION ');

const oneOf = (values: readonly unknown[]): string => `(${values.map(() => '?').join(', ')})`;
const exists = (is: boolean, select: string): string => `${is ? '' : 'NOT '}EXISTS (${select})`;

/** What each part of a filter asks of an image; null asks nothing. */
export const CONDITIONS: Conditions = {
  classId: (ids) => ({ sql: `l.class_id IN ${oneOf(ids)}`, values: ids, needs: ['labels'] }),
  unlabelled: (is) => ({ sql: `l.class_id IS ${is ? '' : 'NOT '}NULL`, values: [], needs: ['labels'] }),
  readerId: (ids) => ({
    sql: `EXISTS (SELECT 1 FROM label_events e JOIN label_batches b USING (batch_id)
      WHERE e.event_id = l.event_id AND b.reader_id IN ${oneOf(ids)})`,
    values: ids,
    needs: ['labels'],
  }),
  rootId: (ids) => ({
    sql: `EXISTS (SELECT 1 FROM files f WHERE f.image_id = i.image_id AND f.root_id IN ${oneOf(ids)})`,
    values: ids,
  }),
  group: (name) => ({
    sql: 'i.image_id IN (SELECT f.image_id FROM files f WHERE f.group_name = ?)',
    values: [name],
  }),
  part: (parts) => ({ sql: `m.part IN ${oneOf(parts)}`, values: parts, needs: ['model_images'] }),
  flag: (flags) => ({ sql: '(i.flags & ?) <> 0', values: [flagBits(flags)] }),
  format: (formats) => ({ sql: `i.format IN ${oneOf(formats)}`, values: formats }),
  duplicates: (is) => ({
    sql: `i.image_id ${is ? '' : 'NOT '}IN (SELECT f.image_id FROM files f GROUP BY f.image_id HAVING count(*) > 1)`,
    values: [],
  }),
  nearDuplicates: (is) => ({ sql: `i.image_id ${is ? '' : 'NOT '}IN (${NEAR_DUPLICATES})`, values: [] }),
  tagId: (ids) => ({
    sql: `i.image_id IN (SELECT it.image_id FROM image_tags it WHERE it.tag_id IN ${oneOf(ids)})`,
    values: ids,
  }),
  hasNote: (is) => ({
    sql: exists(is, 'SELECT 1 FROM image_notes n WHERE n.image_id = i.image_id'),
    values: [],
  }),
  excluded: (is) => ({
    sql: exists(is, 'SELECT 1 FROM excluded_images x WHERE x.image_id = i.image_id'),
    values: [],
  }),
  predicted: (ids) => ({ sql: `p.class_id IN ${oneOf(ids)}`, values: ids, needs: ['predictions'] }),
  minConfidence: (low) => ({ sql: 'p.confidence >= ?', values: [low], needs: ['predictions'] }),
  maxConfidence: (high) => ({
    sql: high >= 1 ? 'p.confidence <= ?' : 'p.confidence < ?',
    values: [high],
    needs: ['predictions'],
  }),
  disagreement: (is) => ({
    sql: `p.class_id ${is ? '<>' : '='} l.class_id`,
    values: [],
    needs: ['labels', 'predictions'],
  }),
  minSide: (low) => ({ sql: 'max(i.width, i.height) >= ?', values: [low] }),
  maxSide: (high) => ({ sql: 'max(i.width, i.height) <= ?', values: [high] }),
  minBytes: (low) => ({ sql: 'i.bytes >= ?', values: [low] }),
  maxBytes: (high) => ({ sql: 'i.bytes <= ?', values: [high] }),
  q: searchPaths,
};

function flagBits(flags: readonly (typeof IMAGE_FLAGS)[number][]): number {
  return flags.reduce((bits, flag) => bits | (1 << IMAGE_FLAGS.indexOf(flag)), 0);
}

/** Fewer characters than the index holds together are looked for in every path. */
const INDEXED_LENGTH = 3;

function searchPaths(text: string): Condition | null {
  if (text === '') return null;
  if ([...text].length < INDEXED_LENGTH) {
    return {
      sql: 'EXISTS (SELECT 1 FROM files f WHERE f.image_id = i.image_id AND instr(lower(f.path), lower(?)) > 0)',
      values: [text],
    };
  }
  return {
    sql: `i.image_id IN (SELECT f.image_id FROM files f WHERE f.file_id IN
      (SELECT rowid FROM file_paths WHERE file_paths MATCH ?))`,
    // One phrase in quotes: nothing in it is an operator of the search language.
    values: [`"${text.replaceAll('\0', '').replaceAll('"', '""')}"`],
  };
}
