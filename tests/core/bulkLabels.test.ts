import { describe, expect, it } from 'vitest';
import { ensureClass } from '../../src/main/core/labels/classes.ts';
import { addImages, currentLabels } from '../support/addImages.ts';
import { makeStudio, read } from '../support/studio.ts';

describe('labelling all that match', () => {
  it('is one action and one undo, done outside the core when it is large', async () => {
    const test = await makeStudio();
    const { api } = test;
    const { db } = test.studio.requireLibrary();
    const ids = addImages(test, 6000);
    const [a, b] = [ensureClass(db, 'A').classId, ensureClass(db, 'B').classId];
    const few = { imageIds: ids.slice(0, 10), classId: a };
    expect(await read(api.labels.$post({ json: few }))).toMatchObject({ changed: 10 });
    const before = currentLabels(test);

    const labelling = read(api.labels.$post({ json: { query: { unlabelled: '1' }, classId: b } }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    // Asked while the first is still being written: the undo waits for it and takes back just that.
    const undone = await read(api.labels.undo.$post());
    expect(await labelling).toMatchObject({ changed: 5990, counts: { labelled: 6000 } });
    expect(undone).toMatchObject({ changed: 5990, counts: { labelled: 10, canRedo: true } });
    expect(currentLabels(test)).toEqual(before);
    expect(await read(api.labels.redo.$post())).toMatchObject({ changed: 5990, counts: { labelled: 6000 } });
    expect(currentLabels(test).get(ids[5999]!)).toBe(b);
    // The same chain of events, whoever wrote it.
    expect(await read(api.library.check.$post())).toMatchObject({ problems: [] });
  });

  it('changes nothing when the class is not there, few images or many', async () => {
    const test = await makeStudio();
    addImages(test, 1500);
    for (const query of [{ q: '12' }, {}]) {
      const answer = read(test.api.labels.$post({ json: { query, classId: 99 } }));
      await expect(answer).rejects.toMatchObject({ code: 'not_found' });
    }
    const both = { imageIds: [1], query: {}, classId: null };
    await expect(read(test.api.labels.$post({ json: both }))).rejects.toMatchObject({ code: 'invalid' });
    expect(currentLabels(test).size).toBe(0);
  });

  it('keeps the core free while thousands are written', async () => {
    const test = await makeStudio();
    const { db } = test.studio.requireLibrary();
    addImages(test, 6000);
    const { classId } = ensureClass(db, 'A');
    let isDone = false;
    const labelling = read(test.api.labels.$post({ json: { query: {}, classId } })).finally(() => {
      isDone = true;
    });
    let answered = 0;
    while (!isDone) {
      await read(test.api.labels.counts.$get());
      answered += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await labelling).toMatchObject({ changed: 6000 });
    expect(answered).toBeGreaterThan(5);
  });
});
