import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { findBrokenEvent } from '../../src/main/core/labels/labelEvents.ts';
import { ensureClass } from '../../src/main/core/labels/classes.ts';
import { addImages, currentLabels } from '../support/addImages.ts';
import { makeStudio, read } from '../support/studio.ts';

describe('labels', () => {
  it('undoes and redoes across a restart, and a new action ends redo', async () => {
    const test = await makeStudio();
    const ids = addImages(test, 5);
    // Made as an import makes them: undo does not reach these classes.
    const a = ensureClass(test.studio.requireLibrary().db, 'A');
    const b = ensureClass(test.studio.requireLibrary().db, 'B');
    await read(test.api.labels.$post({ json: { imageIds: ids, classId: a.classId } }));
    const second = await read(
      test.api.labels.$post({ json: { imageIds: ids.slice(0, 2), classId: b.classId } }),
    );
    expect(second).toMatchObject({ changed: 2, counts: { labelled: 5, canUndo: true, canRedo: false } });

    await test.studio.closeLibrary();
    await test.studio.openLibrary(test.library, false);
    expect(await read(test.api.labels.undo.$post())).toMatchObject({ changed: 2, counts: { canRedo: true } });
    expect([...currentLabels(test).values()]).toEqual([1, 1, 1, 1, 1]);
    expect(await read(test.api.labels.redo.$post())).toMatchObject({ changed: 2 });
    expect(await read(test.api.labels.undo.$post())).toMatchObject({ changed: 2 });
    expect(await read(test.api.labels.undo.$post())).toMatchObject({
      changed: 5,
      counts: { labelled: 0, canUndo: false },
    });
    await read(test.api.labels.$post({ json: { imageIds: [ids[4]!], classId: b.classId } }));
    expect(await read(test.api.labels.redo.$post())).toMatchObject({ changed: 0 });
    expect(await findBrokenEvent(test.studio.requireLibrary().db)).toBeNull();
  });

  it('agrees with a plain list of actions, whatever the order of labelling, undo and redo', async () => {
    const test = await makeStudio();
    const ids = addImages(test, 4);
    for (const name of ['A', 'B']) ensureClass(test.studio.requireLibrary().db, name);
    const action = fc.oneof(
      fc.record({ image: fc.nat(3), classId: fc.constantFrom(1, 2, null) }),
      fc.constant('undo' as const),
      fc.constant('redo' as const),
    );
    let done: Map<number, number>[] = [currentLabels(test)];
    let undone: Map<number, number>[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 12 }), async (actions) => {
        for (const each of actions) {
          if (each === 'undo') {
            await read(test.api.labels.undo.$post());
            if (done.length > 1) undone = [done.pop()!, ...undone];
          } else if (each === 'redo') {
            await read(test.api.labels.redo.$post());
            if (undone.length > 0) done.push(undone.shift()!);
          } else {
            const imageId = ids[each.image]!;
            const { changed } = await read(
              test.api.labels.$post({ json: { imageIds: [imageId], classId: each.classId } }),
            );
            undone = [];
            if (changed > 0) {
              const next = new Map(done.at(-1));
              if (each.classId === null) next.delete(imageId);
              else next.set(imageId, each.classId);
              done.push(next);
            }
          }
          expect(currentLabels(test)).toEqual(done.at(-1));
        }
      }),
      { numRuns: 25, seed: 1 },
    );
    expect(await findBrokenEvent(test.studio.requireLibrary().db)).toBeNull();
    done = [];
  });

  it('shows when the history was altered behind its back', async () => {
    const test = await makeStudio();
    const ids = addImages(test, 3);
    await read(test.api.classes.$post({ json: { name: 'A' } }));
    await read(test.api.classes.$post({ json: { name: 'B' } }));
    await read(test.api.labels.$post({ json: { imageIds: ids, classId: 1 } }));
    expect(await read(test.api.library.check.$post())).toMatchObject({ ok: true });
    test.studio.requireLibrary().db.prepare('UPDATE label_events SET class_id = 2 WHERE event_id = 2').run();
    const verdict = await read(test.api.library.check.$post());
    expect(verdict.ok).toBe(false);
    expect(verdict.problems.join()).toContain('event 2');
  });

  it('refuses a class or an image that is not there and changes nothing', async () => {
    const test = await makeStudio();
    const ids = addImages(test, 2);
    await read(test.api.classes.$post({ json: { name: 'A' } }));
    const answer = read(test.api.labels.$post({ json: { imageIds: [...ids, 999], classId: 1 } }));
    await expect(answer).rejects.toMatchObject({ code: 'not_found' });
    expect(currentLabels(test).size).toBe(0);
  });

  it('takes names that differ by case for one class', async () => {
    const { api } = await makeStudio();
    await read(api.classes.$post({ json: { name: 'Tumör 🧫' } }));
    await expect(read(api.classes.$post({ json: { name: 'TUMÖR 🧫' } }))).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(read(api.classes.$post({ json: { name: ' \n ' } }))).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});
