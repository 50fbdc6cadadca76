import type { Database } from 'better-sqlite3';
import { IMAGE_FLAGS } from '../../../shared/images.ts';
import type { ArrangedView, Arrangement, SectionKey } from '../../../shared/views.ts';
import { buildFilterQuery, type ImageFilter } from './imageFilter.ts';
import type { SideTable } from './sortOrders.ts';
import { chooseModelId } from './store.ts';

interface Section {
  readonly key: string;
  /** Where a section stands; its key when absent. Images without a key stand last. */
  readonly rank?: string;
  readonly needs?: readonly SideTable[];
}

const classPosition = (classId: string): string =>
  `(SELECT c.position FROM classes c WHERE c.class_id = ${classId})`;

/** The lowest flag of an image: the number of its bit. */
const FIRST_FLAG = `CASE ${IMAGE_FLAGS.map((_, bit) => `WHEN i.flags & ${1 << bit} THEN ${bit}`).join(' ')} END`;

const SECTIONS: Readonly<Record<Exclude<Arrangement, 'none'>, Section>> = {
  class: { key: 'l.class_id', rank: classPosition('l.class_id'), needs: ['labels'] },
  prediction: { key: 'p.class_id', rank: classPosition('p.class_id'), needs: ['predictions'] },
  group: {
    key: '(SELECT f.group_name FROM files f WHERE f.image_id = i.image_id ORDER BY f.file_id LIMIT 1)',
  },
  root: { key: 'i.root_id', rank: '(SELECT r.name FROM roots r WHERE r.root_id = i.root_id)' },
  part: {
    key: "CASE m.part WHEN 'excluded' THEN NULL ELSE m.part END",
    rank: "CASE m.part WHEN 'train' THEN 0 WHEN 'validation' THEN 1 WHEN 'test' THEN 2 END",
    needs: ['model_images'],
  },
  flag: { key: FIRST_FLAG },
};

/** The images of a view in their order, and where each of its sections begins. Reads every row: not for the core's thread. */
export function readArrangedView(db: Database, filter: ImageFilter, by: Arrangement): ArrangedView {
  const modelId = chooseModelId(db, filter.modelId);
  if (by === 'none') {
    const query = buildFilterQuery(filter, modelId);
    const ids = db
      .prepare<unknown[], number>(`SELECT i.image_id ${query.from} ORDER BY ${query.order}`)
      .pluck()
      .all(...query.values);
    return { ids: Uint32Array.from(ids), starts: new Uint32Array(0), keys: [] };
  }
  const { key, rank = key, needs = [] } = SECTIONS[by];
  const order = `${rank} NULLS LAST, ${key} NULLS LAST`;
  const query = buildFilterQuery(filter, modelId, { needs, order });
  const rows = db
    .prepare<unknown[], [number, SectionKey]>(
      `SELECT i.image_id, ${key} ${query.from} ORDER BY ${query.order}`,
    )
    .raw()
    .iterate(...query.values);
  const ids: number[] = [];
  const starts: number[] = [];
  const keys: SectionKey[] = [];
  for (const [imageId, value] of rows) {
    if (keys.length === 0 || keys.at(-1) !== value) {
      starts.push(ids.length);
      keys.push(value);
    }
    ids.push(imageId);
  }
  const named = by === 'flag' ? keys.map((bit) => (bit === null ? null : IMAGE_FLAGS[Number(bit)]!)) : keys;
  return { ids: Uint32Array.from(ids), starts: Uint32Array.from(starts), keys: named };
}
