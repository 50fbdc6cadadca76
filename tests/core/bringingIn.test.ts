import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCommonFolder } from '../../src/renderer/library/commonFolder.ts';
import type { RelinkResult } from '../../src/shared/relink.ts';
import { drawTestImage, drawTestImages } from '../support/drawImages.ts';
import { importFolder } from '../support/importFolder.ts';
import { finishJob, makeStudio, read, resultOf, type TestStudio } from '../support/studio.ts';

async function makeLibrary(count = 6): Promise<TestStudio & { pictures: string }> {
  const test = await makeStudio();
  const pictures = path.join(test.folder, 'pictures');
  await drawTestImages(pictures, count);
  await importFolder(test, pictures, { labels: { kind: 'none' } });
  return { ...test, pictures };
}

describe('a table of labels', () => {
  it('is shown with its columns and what it would do, and used with the columns that are chosen', async () => {
    const test = await makeLibrary();
    const file = path.join(test.folder, 'labels.csv');
    await writeFile(
      file,
      'no;photo;finding;who\n1;P1_0.png;tumour;a\n2;P2_1.png;stroma;b\n3;P3_2.png;tumour;a\n4;gone.png;tumour;a\n',
    );
    const preview = (columns?: object) =>
      read(
        test.api.tables.preview.$post({
          json: { file, wants: 'class', ...(columns && { columns }) } as never,
        }),
      );
    // No heading says so, but the second column names files of the library; what their class is, a person must say.
    const columns = { file: 1, class: 2, group: null, hasHeader: true };
    expect(await preview()).toMatchObject({ columns: { ...columns, class: null }, fits: null, rowCount: 4 });
    const seen = await preview(columns);
    expect(seen).toMatchObject({
      headers: ['no', 'photo', 'finding', 'who'],
      rowCount: 4,
      fits: { files: 3, unknown: 1, ambiguous: 0, unknownFiles: ['gone.png'] },
      values: [
        { name: 'tumour', count: 2 },
        { name: 'stroma', count: 1 },
      ],
    });
    expect(seen.rows[0]).toEqual(['1', 'P1_0.png', 'tumour', 'a']);
    const outcome = await read(test.api.labels.csv.$post({ json: { file, columns } }));
    expect(outcome).toMatchObject({ labelled: 3, unchanged: 0 });
    // The fourth column says as much, if a person chooses it; undo takes each back alone.
    await read(test.api.labels.csv.$post({ json: { file, columns: { ...columns, class: 3 } } }));
    const names = async () =>
      (await read(test.api.classes.$get())).classes
        .filter((row) => row.imageCount > 0)
        .map((row) => row.name);
    expect((await names()).sort()).toEqual(['a', 'b']);
    await read(test.api.labels.undo.$post());
    expect((await names()).sort()).toEqual(['stroma', 'tumour']);
  });

  it('is held against a folder that is still to be imported, and refused in a sentence when it is none', async () => {
    const test = await makeStudio();
    const pictures = path.join(test.folder, 'pictures');
    await drawTestImages(pictures, 3);
    const file = path.join(test.folder, 'labels.csv');
    await writeFile(file, 'P1_0.png,x\nP2_1.png,y\n');
    const json = { file, wants: 'class' as const, folder: pictures };
    expect(await read(test.api.tables.preview.$post({ json }))).toMatchObject({
      headers: ['Column 1', 'Column 2'],
      columns: { file: 0, class: 1, group: null, hasHeader: false },
      fits: { files: 2 },
    });
    await importFolder(test, pictures, {
      labels: { kind: 'csv', file, columns: { file: 0, class: 1, group: null, hasHeader: true } },
    });
    // With its first row taken for a heading, only the second labels.
    expect((await read(test.api.labels.counts.$get())).labelled).toBe(1);
    await writeFile(file, '');
    await expect(read(test.api.tables.preview.$post({ json }))).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('a part of a folder', () => {
  it('is imported alone; what is known of the rest stays', async () => {
    const test = await makeStudio();
    const pictures = path.join(test.folder, 'pictures');
    for (const [place, name] of ['a', 'b', 'c'].entries()) {
      await drawTestImages(path.join(pictures, name), 2, place);
    }
    const part = async (only: string[]) => {
      const { jobId } = await read(test.api.import.$post({ json: { folder: pictures, only } }));
      return resultOf<{ found: number; missing: string[] }>(test.studio, jobId);
    };
    expect(await part(['a', 'b/P1_0.png'])).toMatchObject({ found: 3, missing: [] });
    expect(await part(['c'])).toMatchObject({ found: 2, missing: [] });
    const { imageIds } = await read(test.api.images.list.$get({ query: {} }));
    expect(imageIds).toHaveLength(5);
    for (const only of [['..'], ['/etc'], ['a/../../x'], [''], []]) {
      await expect(read(test.api.import.$post({ json: { folder: pictures, only } }))).rejects.toMatchObject({
        code: 'invalid',
      });
    }
  });

  it('is the deepest folder that several dropped things have in common', () => {
    expect(findCommonFolder(['/data/x/a', '/data/x/b.png'])).toEqual({
      folder: '/data/x',
      only: ['a', 'b.png'],
    });
    expect(findCommonFolder(['/data/x/a/1.png', '/data/x/b'])).toEqual({
      folder: '/data/x',
      only: ['a/1.png', 'b'],
    });
    expect(findCommonFolder(['C:\\p\\x\\a', 'C:\\p\\y'])).toEqual({ folder: 'C:\\p', only: ['x/a', 'y'] });
    expect(findCommonFolder(['/one/a', '/two/b'])).toBeNull();
    expect(findCommonFolder(['C:\\a', 'D:\\b'])).toBeNull();
  });
});

describe('pictures without a file', () => {
  it('are kept inside the library once, whatever they are called, and imported from there', async () => {
    const test = await makeStudio();
    const send = (name: string, body: Uint8Array<ArrayBuffer>) => {
      const url = test.api.import.added.$url({ query: { name } });
      return read(
        test.fetch(url, { method: 'POST', body }) as ReturnType<typeof test.api.import.added.$post>,
      );
    };
    const picture = new Uint8Array(await drawTestImage(3));
    const names = await Promise.all(
      ['image.png', 'image.png', '../../etc/pass:wd.png'].map(
        async (name) => (await send(name, picture)).path,
      ),
    );
    expect(names[0]).toBe(names[1]);
    expect(names[2]).toMatch(/^passwd [0-9a-f]{12}\.png$/);
    await expect(send('note.txt', new TextEncoder().encode('no picture'))).rejects.toMatchObject({
      code: 'invalid',
    });
    const { jobId } = await read(test.api.import.added.start.$post());
    expect(await resultOf(test.studio, jobId)).toMatchObject({ found: 2, imported: 1, duplicates: 1 });
    expect(await readdir(path.join(test.library, 'added'))).toHaveLength(2);
  });
});

describe('an empty folder', () => {
  it('is refused and leaves nothing behind', async () => {
    const test = await makeStudio();
    const empty = path.join(test.folder, 'empty');
    await mkdir(empty);
    const { jobId } = await read(test.api.import.$post({ json: { folder: empty } }));
    expect((await finishJob(test.studio, jobId)).problem).toMatchObject({ code: 'invalid' });
    expect((await read(test.api.library.$get())).open!.roots).toEqual([]);
  });
});

describe('a folder that was moved', () => {
  async function look(test: TestStudio, folder: string): Promise<RelinkResult> {
    const { jobId } = await read(test.api.relink.$post({ json: { rootId: 1, folder } }));
    return resultOf<RelinkResult>(test.studio, jobId);
  }

  it('is found by content, counted first, and used with everything that hangs on it', async () => {
    const test = await makeLibrary();
    const { db } = test.studio.requireLibrary();
    const { imageIds } = await read(test.api.images.list.$get({ query: {} }));
    const { classId } = (await read(test.api.classes.$post({ json: { name: 'Tumour' } }))) as {
      classId: number;
    };
    await read(test.api.labels.$post({ json: { imageIds, classId } }));
    const moved = path.join(test.folder, 'elsewhere');
    await mkdir(path.join(moved, 'deep'), { recursive: true });
    const place = (from: string, to: string) => rename(path.join(test.pictures, from), path.join(moved, to));
    await place('P1_0.png', 'P1_0.png');
    // Two have changed names with each other, one stands deeper, one was changed, one is gone.
    await place('P2_1.png', 'P3_2.png');
    await place('P3_2.png', 'P2_1.png');
    await place('P1_3.png', 'deep/other.png');
    await writeFile(path.join(moved, 'P2_4.png'), await drawTestImage(999));
    await rm(test.pictures, { recursive: true });

    const found = await look(test, moved);
    expect(found).toMatchObject({ files: 6, inPlace: 1, moved: 3, missing: 2 });
    expect([...found.missingPaths].sort()).toEqual(['P2_4.png', 'P3_5.png']);
    const files = () =>
      db.prepare('SELECT f.path, i.sha256, f.is_missing FROM files f JOIN images i USING (image_id)').all();
    const before = files();
    expect((await read(test.api.library.$get())).open!.roots[0]).toMatchObject({
      path: test.pictures,
      isPresent: false,
    });
    expect(await read(test.api.relink.use.$post({ json: { rootId: 1, folder: moved } }))).toEqual({
      files: 4,
    });
    expect((await read(test.api.library.$get())).open!.roots[0]).toMatchObject({
      path: moved,
      isPresent: true,
    });
    const nameOf: Record<string, string> = {
      'P2_1.png': 'P3_2.png',
      'P3_2.png': 'P2_1.png',
      'P1_3.png': 'deep/other.png',
    };
    expect(files()).toEqual(
      (before as { path: string; sha256: string }[]).map((file) => ({
        path: nameOf[file.path] ?? file.path,
        sha256: file.sha256,
        is_missing: ['P2_4.png', 'P3_5.png'].includes(file.path) ? 1 : 0,
      })),
    );
    expect((await read(test.api.labels.counts.$get())).labelled).toBe(6);
    // The pictures are read from their new place, and an import of it finds nothing new but the changed one.
    const picture = await test.fetch(`http://core/api/images/${imageIds[1]}/picture`);
    expect(picture.status).toBe(200);
    expect(await importFolder(test, moved, { labels: { kind: 'none' } })).toMatchObject({
      added: 1,
      found: 5,
    });
  });

  it('is not taken for a folder that the library has, nor for one that holds none of it', async () => {
    const test = await makeLibrary(3);
    const other = path.join(test.folder, 'other');
    await drawTestImages(other, 2, 1);
    await importFolder(test, other, { labels: { kind: 'none' } });
    const refused = await read(test.api.relink.$post({ json: { rootId: 1, folder: other } }));
    expect((await finishJob(test.studio, refused.jobId)).problem).toMatchObject({ code: 'conflict' });
    const empty = path.join(test.folder, 'without');
    await mkdir(empty);
    await copyFile(path.join(other, 'P1_0.png'), path.join(empty, 'P1_0.png'));
    expect(await look(test, empty)).toMatchObject({ files: 3, inPlace: 0, moved: 0, missing: 3 });
    await expect(
      read(test.api.relink.use.$post({ json: { rootId: 1, folder: empty } })),
    ).rejects.toMatchObject({ code: 'invalid' });
    expect((await read(test.api.library.$get())).open!.roots[0]).toMatchObject({ path: test.pictures });
  });
});
