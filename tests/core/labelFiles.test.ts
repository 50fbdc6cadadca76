import { lstat, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FreeNames, safeFileName } from '../../src/main/core/labelFiles/fileNames.ts';
import { guardSpreadsheetText, unguardSpreadsheetText } from '../../src/shared/spreadsheetText.ts';
import type { LabelFilesResult } from '../../src/shared/labelFiles.ts';
import { ensureClass } from '../../src/main/core/labels/classes.ts';
import { addImages, currentLabels } from '../support/addImages.ts';
import { drawClassFolders } from '../support/drawImages.ts';
import { importFolder } from '../support/importFolder.ts';
import { finishJob, makeStudio, read, resultOf, type TestStudio } from '../support/studio.ts';

type Body = Parameters<TestStudio['api']['label-files']['$post']>[0]['json'];

async function write({ studio, api }: TestStudio, json: Body): Promise<LabelFilesResult> {
  const { jobId } = await read(api['label-files'].$post({ json }));
  return resultOf<LabelFilesResult>(studio, jobId);
}

describe('labels as a table', () => {
  it('come back as they were, also names that a spreadsheet would run', async () => {
    const test = await makeStudio();
    const { db } = test.studio.requireLibrary();
    const ids = addImages(test, 40);
    db.prepare(`UPDATE files SET path = '=1+1, "a".png', group_name = '@P1' WHERE image_id = ?`).run(ids[0]);
    const formula = ensureClass(db, '-5 µm').classId;
    const other = ensureClass(db, 'Ordinary').classId;
    const label = (imageIds: number[], classId: number | null) =>
      read(test.api.labels.$post({ json: { imageIds, classId } }));
    await label(ids.slice(0, 10), formula);
    await label(ids.slice(10, 30), other);
    const before = currentLabels(test);

    const told = await write(test, { form: 'csv', folder: test.folder, name: 'mine.csv' });
    expect(told).toMatchObject({ folder: test.folder, file: 'mine.csv', written: 30 });
    const file = path.join(test.folder, 'mine.csv');
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\r\n');
    expect(lines).toHaveLength(31);
    expect(lines[0]).toBe('\uFEFFpath,class,group,reader,time,source,root');
    expect(lines).toContainEqual(
      expect.stringMatching(/^"'=1\+1, ""a"".png",'-5 µm,'@P1,Reader 1,20\d\d-[-0-9T:.]+Z,\w+,r$/),
    );
    await label(ids, null);
    expect(currentLabels(test).size).toBe(0);
    expect(await read(test.api.labels.csv.$post({ json: { file } }))).toMatchObject({
      ...{ labelled: 30, unknown: [] },
    });
    expect(currentLabels(test)).toEqual(before);

    const few = { form: 'csv' as const, folder: test.folder, name: 'mine.csv' };
    expect(await write(test, { ...few, query: { classId: String(other) } })).toMatchObject({ written: 20 });
    expect(await write(test, { ...few, imageIds: [ids[0]!, ids[39]!] })).toMatchObject({ written: 1 });
  });

  it('never takes the place of another file', async () => {
    const test = await makeStudio();
    addImages(test, 1);
    await writeFile(path.join(test.folder, 'diary.csv'), 'path,class\n');
    const json = { form: 'csv' as const, folder: test.folder, name: 'diary.csv' };
    const { jobId } = await read(test.api['label-files'].$post({ json }));
    expect(await finishJob(test.studio, jobId)).toMatchObject({ problem: { code: 'conflict' } });
    expect(await readFile(path.join(test.folder, 'diary.csv'), 'utf8')).toBe('path,class\n');
    for (const name of ['../x.csv', 'a/b.csv', '', 'NUL', 'a:b']) {
      await expect(read(test.api['label-files'].$post({ json: { ...json, name } }))).rejects.toMatchObject({
        code: 'invalid',
      });
    }
  });
});

describe('labels as folders', () => {
  it('hold copies or links of the images, and tell of those that are gone', async () => {
    const test = await makeStudio();
    const pictures = path.join(test.folder, 'pictures');
    await drawClassFolders(pictures, { A: 3, 'Con.': 2 }, 16);
    await importFolder(test, pictures, { labels: { kind: 'folders' } });
    const names = await readdir(path.join(pictures, 'A'));
    const original = path.join(
      pictures,
      'A',
      names.find((name) => name.endsWith('.png'))!,
    );
    const bytes = await readFile(original);

    const copies = path.join(test.folder, 'copies');
    expect(await write(test, { form: 'copies', folder: copies })).toMatchObject({ written: 5, linked: 0 });
    expect((await readdir(copies)).sort()).toEqual(['A', '_Con']);
    expect(await readFile(path.join(copies, 'A', path.basename(original)))).toEqual(bytes);
    const again = await read(test.api['label-files'].$post({ json: { form: 'copies', folder: copies } }));
    expect(await finishJob(test.studio, again.jobId)).toMatchObject({ problem: { code: 'conflict' } });

    await rm(original);
    const links = path.join(test.folder, 'links');
    const told = await write(test, { form: 'links', folder: links });
    expect(told).toMatchObject({ written: 4, linked: 4, problemCount: 1 });
    expect(told.problems).toMatchObject([{ path: `A/${path.basename(original)}` }]);
    const [first] = await readdir(path.join(links, '_Con'));
    const source = await lstat(path.join(pictures, 'Con.', first!));
    expect((await lstat(path.join(links, '_Con', first!))).ino).toBe(source.ino);
    expect((await readdir(test.folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

it('leaves nothing behind when it is cancelled', async () => {
  const test = await makeStudio();
  const pictures = path.join(test.folder, 'pictures');
  await drawClassFolders(pictures, { A: 4 }, 16);
  await importFolder(test, pictures, { labels: { kind: 'folders' } });
  const before = await readdir(test.folder);
  const json = { form: 'copies' as const, folder: path.join(test.folder, 'tree') };
  const { jobId } = await read(test.api['label-files'].$post({ json }));
  await read(test.api.jobs[':jobId'].cancel.$post({ param: { jobId: String(jobId) } }));
  expect(await finishJob(test.studio, jobId)).toMatchObject({ state: 'cancelled' });
  expect(await readdir(test.folder)).toEqual(before);
});

describe('names of files', () => {
  it('are taken by every file system and differ without regard to case', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 20 }), (wanted) => {
        const free = new FreeNames();
        const names = wanted.map((each) => free.take(each));
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(wanted.length);
        for (const name of names) {
          expect(name).not.toMatch(/[<>:"/\\|?*]|[. ]$|^\.{0,2}$/);
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240);
          expect(safeFileName(safeFileName(name))).toBe(safeFileName(name));
        }
      }),
    );
    expect(['con', 'COM1.png', '..', ' a. ', 'é\u0301/x', 'console'].map(safeFileName)).toEqual([
      '_con',
      '_COM1.png',
      '_',
      'a',
      'é\u0301_x'.normalize('NFC'),
      'console',
    ]);
  });
});

it('guarding text for a spreadsheet is undone by reading it', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('=', '+', '-', '@', 'a', ' ', '\t') }), (text) => {
      expect(unguardSpreadsheetText(guardSpreadsheetText(text))).toBe(text);
    }),
  );
});
