import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClassRow } from '../../src/shared/labels.ts';
import { createClass, ensureClass } from '../../src/main/core/labels/classes.ts';
import { findBrokenEvent, recordLabels } from '../../src/main/core/labels/labelEvents.ts';
import { addImages, currentLabels } from '../support/addImages.ts';
import { makeStudio, read, type TestStudio } from '../support/studio.ts';

const param = (classId: number) => ({ classId: String(classId) });

const list = async ({ api }: TestStudio): Promise<ClassRow[]> => (await read(api.classes.$get())).classes;

const names = async (test: TestStudio): Promise<string[]> => (await list(test)).map(({ name }) => name);

async function add({ api }: TestStudio, name: string): Promise<number> {
  return (await read(api.classes.$post({ json: { name } }))).classId;
}

describe('classes', () => {
  it('merges one class into another as one action, and takes it back after a restart', async () => {
    const test = await makeStudio();
    const ids = addImages(test, 6);
    const [a, b] = [await add(test, 'Tumour'), await add(test, 'Tumor')];
    await read(test.api.labels.$post({ json: { imageIds: ids.slice(0, 4), classId: a } }));
    await read(test.api.labels.$post({ json: { imageIds: ids.slice(4), classId: b } }));
    const before = currentLabels(test);
    const merged = await read(
      test.api.classes[':classId'].merge.$post({ param: param(b), json: { intoClassId: a } }),
    );
    expect(merged).toMatchObject({ changed: 2, counts: { labelled: 6 } });
    expect(await list(test)).toMatchObject([{ name: 'Tumour', imageCount: 6 }]);

    await test.studio.closeLibrary();
    await test.studio.openLibrary(test.library, false);
    expect(await read(test.api.labels.undo.$post())).toMatchObject({ changed: 2, classesChanged: 1 });
    expect(currentLabels(test)).toEqual(before);
    expect(await list(test)).toMatchObject([{ name: 'Tumour' }, { name: 'Tumor', key: '2', imageCount: 2 }]);
    await read(test.api.labels.redo.$post());
    expect(await list(test)).toMatchObject([{ name: 'Tumour', imageCount: 6 }]);
    expect(await read(test.api.library.check.$post())).toMatchObject({ ok: true, problems: [] });
  });

  it('asks what becomes of the labels of a class that is deleted', async () => {
    const test = await makeStudio();
    const ids = addImages(test, 3);
    const a = await add(test, 'A');
    await read(test.api.labels.$post({ json: { imageIds: ids, classId: a } }));
    const remove = test.api.classes[':classId'].delete;
    await expect(read(remove.$post({ param: param(a), json: {} }))).rejects.toMatchObject({
      code: 'conflict',
      todo: expect.stringContaining('cleared or moved') as string,
    });
    const move = { labels: 'move' as const, intoClassId: a };
    await expect(read(remove.$post({ param: param(a), json: { fate: move } }))).rejects.toMatchObject({
      code: 'invalid',
    });
    expect(currentLabels(test).size).toBe(3);
    const cleared = await read(remove.$post({ param: param(a), json: { fate: { labels: 'clear' } } }));
    expect(cleared).toMatchObject({ changed: 3, counts: { labelled: 0 } });
    await expect(read(test.api.labels.$post({ json: { imageIds: ids, classId: a } }))).rejects.toMatchObject({
      code: 'not_found',
    });
    // Its name is free again; bringing the old one back does not lose either of them.
    createClass(test.studio.requireLibrary().db, 'a');
    await read(test.api.labels.undo.$post());
    expect(await list(test)).toMatchObject([
      { name: 'A (2)', imageCount: 3 },
      { name: 'a', imageCount: 0 },
    ]);
  });

  it('archives, describes, orders and gives a key away, each undone by itself', async () => {
    const test = await makeStudio();
    const [a, b, c] = [await add(test, 'A'), await add(test, 'B'), await add(test, 'C')];
    await read(test.api.classes.order.$post({ json: { classIds: [c, a] } }));
    expect(await names(test)).toEqual(['C', 'A', 'B']);
    const change = test.api.classes[':classId'].$patch;
    await read(change({ param: param(b), json: { key: '1', description: 'Fat cells' } }));
    await read(change({ param: param(c), json: { isArchived: true } }));
    expect(await list(test)).toMatchObject([
      { name: 'C', key: null, isArchived: true },
      { name: 'A', key: null },
      { name: 'B', key: '1', description: 'Fat cells' },
    ]);
    await expect(add(test, 'c')).rejects.toMatchObject({
      code: 'conflict',
      todo: expect.stringContaining('archive') as string,
    });
    expect(await read(change({ param: param(c), json: { isArchived: false } }))).toMatchObject({ key: '2' });
    for (let step = 0; step < 3; step++) await read(test.api.labels.undo.$post());
    expect(await list(test)).toMatchObject([
      { name: 'C', key: '3', isArchived: false },
      { name: 'A', key: '1' },
      { name: 'B', key: '2', description: '' },
    ]);
    await read(test.api.labels.undo.$post());
    expect(await names(test)).toEqual(['A', 'B', 'C']);
    await read(test.api.labels.undo.$post());
    expect(await names(test)).toEqual(['A', 'B']);
  });

  it('does not take back a class that an import has used since', async () => {
    const test = await makeStudio();
    const [imageId] = addImages(test, 1);
    const { db } = test.studio.requireLibrary();
    const a = await add(test, 'A');
    recordLabels(db, [{ imageId: imageId!, classId: ensureClass(db, 'a').classId }], { source: 'import' });
    expect(await read(test.api.labels.undo.$post())).toMatchObject({ changed: 0, classesChanged: 0 });
    expect(await list(test)).toMatchObject([{ classId: a, imageCount: 1 }]);
  });

  it('comes back to every state it had, whatever was done to classes and labels', async () => {
    const test = await makeStudio();
    const ids = addImages(test, 4);
    const { api } = test;
    const snapshot = async () => JSON.stringify([await list(test), [...currentLabels(test)].sort()]);
    const pick = fc.nat(9);
    const action = fc.record({
      verb: fc.constantFrom('add', 'rename', 'key', 'merge', 'clear', 'label', 'archive', 'order'),
      one: pick,
      other: pick,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 10 }), async (actions) => {
        const states = [await snapshot()];
        for (const { verb, one, other } of actions) {
          const rows = await list(test);
          const at = (index: number): number => rows[index % Math.max(1, rows.length)]?.classId ?? 1;
          const each = api.classes[':classId'];
          const given = { param: param(at(one)) };
          const calls = {
            add: () => api.classes.$post({ json: { name: `N${one}` } }),
            rename: () => each.$patch({ ...given, json: { name: `n${other}` } }),
            key: () => each.$patch({ ...given, json: { key: String(other) } }),
            archive: () => each.$patch({ ...given, json: { isArchived: other % 2 === 0 } }),
            merge: () => each.merge.$post({ ...given, json: { intoClassId: at(other) } }),
            clear: () => each.delete.$post({ ...given, json: { fate: { labels: 'clear' } } }),
            order: () => api.classes.order.$post({ json: { classIds: [at(one), at(other)] } }),
            label: () => api.labels.$post({ json: { imageIds: [ids[one % 4]!], classId: at(other) } }),
          };
          await calls[verb]();
          const next = await snapshot();
          if (next !== states.at(-1)) states.push(next);
        }
        const last = states.at(-1);
        for (const state of states.slice(0, -1).reverse()) {
          await api.labels.undo.$post();
          expect(await snapshot()).toBe(state);
        }
        for (let step = 1; step < states.length; step++) await api.labels.redo.$post();
        expect(await snapshot()).toBe(last);
      }),
      { numRuns: 30, seed: 4 },
    );
    expect(await findBrokenEvent(test.studio.requireLibrary().db)).toBeNull();
  });
});
