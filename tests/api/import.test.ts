import { appendFile, copyFile, mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../src/main/core/api.ts';
import '../support/backbones.ts';
import { drawClassFolders, drawPicture, drawTestImage, openRaw } from '../support/drawImages.ts';
import { importFolder } from '../support/importFolder.ts';
import { makeStudio, read } from '../support/studio.ts';

async function makePictures(counts: Readonly<Record<string, number>>) {
  const test = await makeStudio();
  const folder = path.join(test.folder, 'pictures');
  await drawClassFolders(folder, counts);
  return { ...test, pictures: folder };
}

describe('importing a folder', () => {
  it('accounts for every file: duplicates, conflicts and rejected ones', async () => {
    const test = await makePictures({ A: 3, B: 3 });
    const { pictures } = test;
    await copyFile(path.join(pictures, 'A/P1_0.png'), path.join(pictures, 'A/again.png'));
    await copyFile(path.join(pictures, 'A/P2_1.png'), path.join(pictures, 'B/other class.png'));
    await writeFile(path.join(pictures, 'notes.txt'), 'no picture');
    const summary = await importFolder(test, pictures);
    expect(summary).toMatchObject({ found: 9, imported: 6, duplicates: 2, conflicts: 1, labelled: 5 });
    expect(summary.found).toBe(summary.imported + summary.duplicates + summary.rejected.length);
    expect(summary.conflictPaths).toEqual([['A/P2_1.png', 'B/other class.png']]);
    const { open } = await read(test.api.library.$get());
    expect(open).toMatchObject({
      duplicates: 2,
      conflicts: 1,
      rejected: 1,
      counts: { images: 6, labelled: 5 },
    });

    // Taken out of the wrong class it is no conflict any more, and labelled.
    await rm(path.join(pictures, 'B/other class.png'));
    expect(await importFolder(test, pictures)).toMatchObject({ conflicts: 0, labelled: 6, added: 0 });
  });

  it('again adds only what is new, and tells what has changed, gone and moved', async () => {
    const test = await makePictures({ A: 4, B: 4 });
    const { pictures } = test;
    await importFolder(test, pictures);
    await writeFile(path.join(pictures, 'A/new.png'), await drawTestImage(999));
    await writeFile(path.join(pictures, 'A/P1_0.png'), await drawTestImage(998));
    await rm(path.join(pictures, 'B/P1_0.png'));
    await rename(path.join(pictures, 'B/P2_1.png'), path.join(pictures, 'A/moved.png'));
    const summary = await importFolder(test, pictures);
    expect(summary).toMatchObject({ found: 8, imported: 8, added: 2, changed: ['A/P1_0.png'] });
    expect([...summary.missing].sort()).toEqual(['B/P1_0.png', 'B/P2_1.png']);
    const { open } = await read(test.api.library.$get());
    // The changed and the removed content stay, with what was said of them.
    expect(open).toMatchObject({ duplicates: 0, counts: { images: 10 } });
    const moved = await read(test.api.images.list.$get({ query: { q: 'P2_1', sort: 'name' } }));
    const rows = await read(test.api.images.rows.$post({ json: { imageIds: moved.imageIds } }));
    const { classes } = await read(test.api.classes.$get());
    const classOf = (name: string) => classes.find((each) => each.name === name)?.classId;
    // One of them is the file of class A that was not touched; the moved one follows its new folder.
    expect(rows.rows.map((row) => row.classId)).toEqual([classOf('A'), classOf('A')]);
    expect(await read(test.api.library.check.$post())).toMatchObject({ ok: true });
  });

  it('leaves what a reader said as it is', async () => {
    const test = await makePictures({ A: 2, B: 2 });
    await importFolder(test, test.pictures);
    const { imageIds } = await read(test.api.images.list.$get({ query: { classId: '1', sort: 'name' } }));
    const [relabelled, cleared] = imageIds as [number, number];
    await read(test.api.labels.$post({ json: { imageIds: [relabelled], classId: 2 } }));
    await read(test.api.labels.$post({ json: { imageIds: [cleared], classId: null } }));
    // Named twice, an image is still labelled once.
    const twice = await read(
      test.api.labels.$post({ json: { imageIds: [relabelled, relabelled], classId: 1 } }),
    );
    expect(twice).toMatchObject({ changed: 1 });
    expect(await read(test.api.labels.undo.$post())).toMatchObject({ changed: 1 });
    await importFolder(test, test.pictures);
    await importFolder(test, test.pictures, { labels: { kind: 'none' } });
    await importFolder(test, test.pictures);
    const { rows } = await read(test.api.images.rows.$post({ json: { imageIds: [relabelled, cleared] } }));
    expect(rows.map((row) => row.classId)).toEqual([2, null]);
  });

  it('takes labels and groups from tables, groups from patterns and folders, and changes them on demand', async () => {
    const test = await makePictures({ A: 3, B: 3 });
    const table = path.join(test.folder, 'table.csv');
    await writeFile(table, 'file,class,group\nA/P1_0.png,X,g1\nA/P2_1.png,Y,g2\nnowhere.png,Z,g3\n');
    const csv = { kind: 'csv', file: table } as const;
    const first = await importFolder(test, test.pictures, { labels: csv, groups: csv });
    expect(first).toMatchObject({ labelled: 2, groups: 2 });
    expect(first.warnings.join()).toContain('nowhere.png');
    const regex = { kind: 'regex', pattern: '(P\\d)_' } as const;
    expect(await importFolder(test, test.pictures, { labels: csv, groups: regex })).toMatchObject({
      groups: 3,
    });
    expect(await importFolder(test, test.pictures, { groups: { kind: 'parent' } })).toMatchObject({
      groups: 2,
      labelled: 6,
    });
    const { imageIds } = await read(test.api.images.list.$get({ query: { group: 'A', sort: 'name' } }));
    expect(imageIds).toHaveLength(3);
  });

  it('shows pictures and thumbnails by hash and id only, and never those of another content', async () => {
    const test = await makeStudio();
    const pictures = path.join(test.folder, 'pictures');
    await mkdir(pictures);
    const raw = (seed: number) => openRaw(drawPicture(seed, 400, 300), 400, 300);
    await writeFile(path.join(pictures, 'a.jpg'), await raw(1).jpeg().toBuffer());
    await writeFile(path.join(pictures, 'b.tif'), await raw(2).tiff().toBuffer());
    await importFolder(test, pictures, { labels: { kind: 'none' } });
    const app = createApp(test.studio);
    const { rows } = await read(test.api.images.rows.$post({ json: { imageIds: [1, 2] } }));
    for (const [index, type] of ['image/jpeg', 'image/png'].entries()) {
      const { sha256, imageId } = rows[index]!;
      const thumbnail = await app.request(`/api/thumbnails/${sha256}`);
      expect(thumbnail.headers.get('content-type')).toBe('image/jpeg');
      const picture = await app.request(`/api/images/${imageId}/picture`);
      expect(picture.headers.get('content-type')).toBe(type);
      expect((await picture.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    }
    const refused = [
      'thumbnails/..%2f..%2flibrary.db',
      'images/..%2f1/picture',
      'images/9/picture',
      'thumbnails/x',
    ];
    for (const address of refused) {
      expect((await app.request(`/api/${address}`)).status).toBeGreaterThanOrEqual(400);
    }
    // New times, the same content: shown. Another content of the same size and name: not shown.
    const file = path.join(pictures, 'a.jpg');
    await utimes(file, 1, 1);
    expect((await app.request('/api/images/1/picture')).status).toBe(200);
    const bytes = await readFile(file);
    bytes[bytes.length - 10]! ^= 0xff;
    await writeFile(file, bytes);
    expect((await app.request('/api/images/1/picture')).status).toBe(404);
    await appendFile(file, 'longer');
    expect((await app.request('/api/images/1/picture')).status).toBe(404);
  });

  it('lists the same ids as bytes and as numbers, filtered and in order', async () => {
    const test = await makePictures({ A: 5, B: 4 });
    await importFolder(test, test.pictures);
    const app = createApp(test.studio);
    for (const query of ['', 'classId=1', 'q=P2', 'unlabelled=1', 'sort=sharpness', 'sort=size&classId=2']) {
      const bytes = await (await app.request(`/api/images/ids?${query}`)).arrayBuffer();
      const answer = await app.request(`/api/images/list?${query}`);
      const { imageIds } = (await answer.json()) as { imageIds: number[] };
      expect([...new Uint32Array(bytes)]).toEqual(imageIds);
      const { rows } = await read(test.api.images.rows.$post({ json: { imageIds } }));
      expect(rows.map(({ imageId }) => imageId)).toEqual(imageIds);
      if (query === '') expect(imageIds).toHaveLength(9);
      if (query === 'classId=1') expect(rows.every(({ path: name }) => name.startsWith('A/'))).toBe(true);
      if (query === 'q=P2')
        expect(rows.map(({ path: name }) => name)).toEqual(['A/P2_1.png', 'A/P2_4.png', 'B/P2_1.png']);
      if (query === 'unlabelled=1') expect(imageIds).toEqual([]);
      if (query.startsWith('sort=size')) {
        const sizes = rows.map((row) => row.bytes);
        expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
      }
    }
    expect((await app.request('/api/images/list?sort=nonsense')).status).toBe(422);
  });
});
