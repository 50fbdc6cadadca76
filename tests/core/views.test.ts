import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ensureClass } from '../../src/main/core/labels/classes.ts';
import { ARRANGEMENTS, decodeView, encodeView, FACETS, type Arrangement } from '../../src/shared/views.ts';
import { addImages } from '../support/addImages.ts';
import { makeStudio, read, type TestStudio } from '../support/studio.ts';

type Query = Record<string, string>;

async function show(test: TestStudio, query: Query): Promise<number[]> {
  return (await read(test.api.images.list.$get({ query }))).imageIds;
}

async function arrange(test: TestStudio, query: Query, by: Arrangement) {
  const answer = await test.api.images.view.$get({ query: { ...query, arrange: by } });
  return decodeView(await answer.arrayBuffer());
}

/** Images of every kind there is a facet for, spread by small odd numbers so that all mix. */
async function prepare(count: number) {
  const test = await makeStudio();
  const { db } = test.studio.requireLibrary();
  const ids = addImages(test, count);
  const classes = ['A', 'B', 'C'].map((name) => ensureClass(db, name).classId);
  db.exec(
    `INSERT INTO roots (root_id, path, name, labels, groups, added_at) VALUES (2, '/s', 's', '{}', '{}', 0)`,
  );
  db.transaction(() => {
    const change = db.prepare(
      'UPDATE images SET flags = ?, format = ?, width = ?, brightness = ?, root_id = ? WHERE image_id = ?',
    );
    const file = db.prepare('UPDATE files SET group_name = ?, root_id = ? WHERE image_id = ?');
    const predict = db.prepare(`INSERT INTO predictions VALUES ('m', ?, ?, ?, x'')`);
    const part = db.prepare(`INSERT INTO model_images VALUES ('m', ?, ?, 1)`);
    for (const [index, id] of ids.entries()) {
      const root = 1 + (index % 2);
      change.run(index % 8, ['png', 'jpeg'][index % 2], 1 << (index % 13), (index * 7) % 11, root, id);
      file.run(index % 5 === 0 ? null : `g${index % 5}`, root, id);
      if (index % 4 !== 0) predict.run(id, classes[index % 3], (index % 97) / 96);
      if (index % 3 !== 0) part.run(id, ['train', 'validation', 'test', 'excluded'][index % 4]);
    }
  })();
  await read(
    test.api.labels.$post({
      json: { imageIds: ids.filter((_, index) => index % 5 < 2), classId: classes[0]! },
    }),
  );
  await read(
    test.api.labels.$post({
      json: { imageIds: ids.filter((_, index) => index % 7 === 6), classId: classes[1]! },
    }),
  );
  await read(
    test.api.tags.add.$post({ json: { name: 'odd', imageIds: ids.filter((_, index) => index % 6 === 1) } }),
  );
  await read(test.api.images.exclude.$post({ json: { imageIds: ids.slice(0, 9), isExcluded: true } }));
  return { test, db, ids, classes };
}

/** The filter that shows what one value of a facet counts. */
function filterOf(facet: string, value: number | string | null): Query | null {
  const of: Record<string, string> = {
    prediction: 'predicted', part: 'part', flag: 'flag', format: 'format', duplicates: 'duplicates', excluded: 'excluded',
    note: 'hasNote', reader: 'readerId', root: 'rootId', tag: 'tagId', group: 'group', disagreement: 'disagreement',
  }; // prettier-ignore
  if (facet === 'class') return value === null ? { unlabelled: '1' } : { classId: String(value) };
  if (facet === 'confidence' && value !== null) {
    return { minConfidence: String(Number(value) / 10), maxConfidence: String((Number(value) + 1) / 10) };
  }
  const part = of[facet];
  return part === undefined || value === null || value === 'excluded' ? null : { [part]: String(value) };
}

describe('a view', () => {
  it.each([60, 3100])(
    'of %i images tells for every facet how many each of its values would show',
    async (count) => {
      const { test, classes } = await prepare(count);
      const narrowed: Query = { classId: `${classes[0]},${classes[1]}`, flag: 'low_contrast', modelId: 'm' };
      for (const query of [{ modelId: 'm' }, narrowed] as Query[]) {
        const { facets } = await read(test.api.images.facets.$get({ query }));
        expect(Object.keys(facets).sort()).toEqual([...FACETS].sort());
        for (const facet of FACETS) {
          expect(facets[facet].length, facet).toBeGreaterThan(0);
          for (const [value, shown] of facets[facet]) {
            const choice = filterOf(facet, value);
            if (choice === null) continue;
            const { classId: _class, ...open } = query;
            const rest = facet === 'class' ? open : query;
            expect((await show(test, { ...rest, ...choice })).length, `${facet} ${value}`).toBe(shown);
          }
        }
      }
    },
  );

  it.each([60, 3100])('of %i images comes in pages that join to the whole', async (count) => {
    const { test } = await prepare(count);
    for (const sort of ['name', 'brightness', 'confidence', 'disagreement', 'date']) {
      for (const direction of ['ascending', 'descending']) {
        const query: Query = { sort, direction, modelId: 'm', flag: 'low_contrast' };
        const whole = await show(test, query);
        const pages: number[] = [];
        let after: number | null = null;
        do {
          const page: Query = {
            ...query,
            limit: count > 1000 ? '500' : '7',
            ...(after === null ? {} : { after: String(after) }),
          };
          const answer = await read(test.api.images.page.$get({ query: page }));
          pages.push(...answer.rows.map((row) => row.imageId));
          after = answer.next;
        } while (after !== null);
        expect(pages, `${sort} ${direction}`).toEqual(whole);
      }
    }
  });

  it.each([60, 3100])(
    'of %i images is arranged in sections, each in the order of the view',
    async (count) => {
      const { test, db } = await prepare(count);
      const query = { sort: 'brightness', modelId: 'm' };
      const plain = await show(test, query);
      const place = new Map(plain.map((id, index) => [id, index]));
      for (const by of ARRANGEMENTS) {
        const { ids, starts, keys } = await arrange(test, query, by);
        expect([...ids].sort(), by).toEqual([...plain].sort());
        if (by === 'none') expect([...ids]).toEqual(plain);
        expect(new Set(keys).size, by).toBe(starts.length);
        for (const [section, start] of starts.entries()) {
          const places = [...ids.subarray(start, starts[section + 1])].map((id) => place.get(id)!);
          expect(places, `${by} ${keys[section]}`).toEqual(places.toSorted((a, b) => a - b));
        }
      }
      const { ids, starts, keys } = await arrange(test, query, 'group');
      expect(keys).toEqual(['g1', 'g2', 'g3', 'g4', null]);
      const groups = db
        .prepare<[number], string | null>('SELECT group_name FROM files WHERE image_id = ?')
        .pluck();
      for (const [section, start] of starts.entries()) expect(groups.get(ids[start]!)).toBe(keys[section]);
      expect((await arrange(test, query, 'part')).keys).toEqual(['train', 'validation', 'test', null]);
    },
  );

  it('is told as bytes without loss', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }));
    const keys = fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)));
    fc.assert(
      fc.property(numbers, keys, (ids, names) => {
        const view = { ids: Uint32Array.from(ids), starts: Uint32Array.from(names.keys()), keys: names };
        expect(decodeView(encodeView(view).slice().buffer)).toEqual(view);
      }),
    );
  });
});
