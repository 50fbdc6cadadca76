import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, statfs, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ImportSummary } from '../../src/shared/images.ts';
import '../support/backbones.ts';
import { drawClassFolders, drawTestImage, drawTestImages } from '../support/drawImages.ts';
import { finishJob, makeStudio, read, resultOf, type TestStudio } from '../support/studio.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

async function startImport({ api }: TestStudio, folder: string): Promise<number> {
  return (await read(api.import.$post({ json: { folder } }))).jobId;
}

async function importAll(test: TestStudio, folder: string): Promise<ImportSummary> {
  return resultOf<ImportSummary>(test.studio, await startImport(test, folder));
}

async function importFails(test: TestStudio, folder: string) {
  const job = await finishJob(test.studio, await startImport(test, folder));
  expect(job.state).toBe('failed');
  return job;
}

async function trainFails(test: TestStudio) {
  const { jobId } = await read(test.api.training.$post({ json: {} }));
  const job = await finishJob(test.studio, jobId);
  expect(job.state).toBe('failed');
  return job.problem;
}

describe('folders that cannot be imported', () => {
  it('says what is wrong and what to do', async () => {
    const test = await makeStudio();
    const none = await importFails(test, path.join(test.folder, 'nowhere'));
    expect(none.problem).toMatchObject({
      code: 'not_found',
      subject: expect.stringContaining('nowhere') as string,
    });

    const file = path.join(test.folder, 'a.png');
    await writeFile(file, await drawTestImage(1));
    expect((await importFails(test, file)).problem).toMatchObject({ code: 'invalid' });

    const empty = path.join(test.folder, 'empty');
    await mkdir(path.join(empty, 'inner'), { recursive: true });
    expect((await importFails(test, empty)).problem).toMatchObject({
      code: 'invalid',
      detail: 'This folder is empty.',
    });

    const texts = path.join(test.folder, 'texts');
    await mkdir(texts);
    await writeFile(path.join(texts, 'a.png'), 'not a picture, whatever its name');
    await writeFile(path.join(texts, 'b.txt'), 'hello');
    await writeFile(path.join(texts, '.DS_Store'), 'litter');
    const job = await importFails(test, texts);
    expect(job.problem).toMatchObject({ code: 'invalid', todo: expect.stringContaining('list') as string });
    expect(job.result).toMatchObject({
      found: 2,
      imported: 0,
      ignored: 1,
      rejected: [
        { path: 'a.png', code: 'not_an_image' },
        { path: 'b.txt', code: 'not_an_image' },
      ],
    });
    expect((await importFails(test, test.library)).problem).toMatchObject({ code: 'invalid' });
  });

  it.skipIf(process.getuid?.() === 0)('names a folder that may not be read', async () => {
    const test = await makeStudio();
    const locked = path.join(test.folder, 'locked');
    await mkdir(locked);
    await chmod(locked, 0o000);
    onTestFinished(() => chmod(locked, 0o700));
    expect((await importFails(test, locked)).problem).toMatchObject({ code: 'unreadable' });
  });
});

describe('names', () => {
  it('takes every name that a file system takes', async () => {
    const test = await makeStudio();
    const folder = path.join(test.folder, 'names');
    const names = [
      '-rf',
      'Größe 🧫',
      'new\nline',
      'tab\t"quote"',
      'x'.repeat(255),
      '<b>bold',
      "=cmd|'c calc'!A1",
    ];
    for (const [index, name] of names.entries()) {
      await mkdir(path.join(folder, name), { recursive: true });
      await writeFile(path.join(folder, name, '-a.png'), await drawTestImage(index));
    }
    const summary = await importAll(test, folder);
    expect(summary).toMatchObject({ found: names.length, imported: names.length, rejected: [] });
    const { classes } = await read(test.api.classes.$get());
    expect(classes.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  it('takes names that differ by case for one class, and says so', async () => {
    const test = await makeStudio();
    const folder = path.join(test.folder, 'case');
    await drawClassFolders(folder, { Tumor: 2, tumor: 2 });
    const summary = await importAll(test, folder);
    expect(summary.warnings.join()).toContain('differ only by case');
    const { classes } = await read(test.api.classes.$get());
    expect(classes).toMatchObject([{ imageCount: 4 }]);
  });

  it('takes 1,000 classes', async () => {
    const test = await makeStudio();
    const folder = path.join(test.folder, 'many');
    for (let index = 0; index < 1000; index++) {
      await mkdir(path.join(folder, `class ${index}`), { recursive: true });
      await writeFile(path.join(folder, `class ${index}`, 'a.png'), await drawTestImage(index, index % 4, 8));
    }
    expect(await importAll(test, folder)).toMatchObject({ found: 1000, imported: 1000, labelled: 1000 });
    expect((await read(test.api.classes.$get())).classes).toHaveLength(1000);
    // One image of each cannot be split: that is said before training, not met as a crash.
    expect(await trainFails(test)).toMatchObject({
      code: 'invalid',
      detail: expect.stringContaining('too few') as string,
    });
  });
});

describe('labels that cannot be learnt from', () => {
  it.each([
    ['all of one class', { Tumour: 12 }, 'of one class'],
    ['two images in all', { Tumour: 1, Stroma: 1 }, 'too few'],
  ])('%s: refused before training, by name', async (_, classes, sentence) => {
    const test = await makeStudio();
    const folder = path.join(test.folder, 'pictures');
    await drawClassFolders(folder, classes);
    await importAll(test, folder);
    const problem = await trainFails(test);
    expect(problem).toMatchObject({ code: 'invalid', detail: expect.stringContaining(sentence) as string });
    expect(problem?.detail).toContain('Tumour');
    expect(problem?.todo).toBeTruthy();
  });

  it('trains beside a class with one image and names it', async () => {
    const test = await makeStudio();
    const folder = path.join(test.folder, 'pictures');
    await drawClassFolders(folder, { Tumour: 15, Stroma: 15, Rare: 1 });
    await importAll(test, folder);
    const { jobId } = await read(test.api.training.$post({ json: {} }));
    const { modelId } = await resultOf<{ modelId: string }>(test.studio, jobId);
    const card = await read(test.api.models[':modelId'].$get({ param: { modelId } }));
    expect(card.warnings.join(' ')).toContain('Rare');
    expect(card.split).toMatchObject({ groupOverlap: 0, contentOverlap: 0 });
  });
});

describe('a place that cannot be written to', () => {
  const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

  it.skipIf(!canMount)(
    'a full disk fails the import in words, loses nothing, and goes on once there is space',
    async () => {
      const mounted = await makeTemporaryFolder();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', mounted]);
      const test = await makeStudio({ open: false });
      onTestFinished(async () => {
        await test.studio.closeLibrary();
        execFileSync('umount', [mounted]);
      });
      const library = path.join(mounted, 'full.fovea');
      await test.studio.openLibrary(library, true);
      const folder = path.join(test.folder, 'pictures');
      await drawClassFolders(folder, { A: 40, B: 40 });
      expect(await importAll(test, folder)).toMatchObject({ imported: 80 });
      await read(test.api.labels.$post({ json: { imageIds: [1, 2, 3], classId: 2 } }));

      const { bavail, bsize } = await statfs(mounted);
      // Room for the job's own row, not for the pictures.
      await writeFile(path.join(mounted, 'filler'), Buffer.alloc(bavail * bsize - 300_000));
      await drawTestImages(path.join(folder, 'C'), 200, 2);
      const job = await finishJob(test.studio, await startImport(test, folder));
      expect(job.problem).toMatchObject({
        code: 'no_space',
        todo: expect.stringContaining('space') as string,
      });
      expect(await read(test.api.images.list.$get({ query: { classId: '2' } }))).toMatchObject({
        imageIds: expect.arrayContaining([1, 2, 3]) as number[],
      });

      execFileSync('rm', [path.join(mounted, 'filler')]);
      expect(await importAll(test, folder)).toMatchObject({ found: 280, imported: 280, rejected: [] });
      expect(await read(test.api.library.check.$post())).toMatchObject({ ok: true });
    },
  );

  it.skipIf(!canMount)(
    'a read-only library can be looked at and says that it cannot be changed',
    async () => {
      const test = await makeStudio();
      const folder = path.join(test.folder, 'pictures');
      await drawClassFolders(folder, { A: 3, B: 3 });
      await importAll(test, folder);
      await test.studio.closeLibrary();
      execFileSync('mount', ['--bind', test.library, test.library]);
      execFileSync('mount', ['-o', 'remount,ro,bind', test.library]);
      onTestFinished(async () => {
        await test.studio.closeLibrary();
        execFileSync('umount', [test.library]);
      });
      const before = await readdir(test.library);
      // The copy of a core that was killed; no process has this number.
      const stale = path.join(os.tmpdir(), 'fovea-read-only-999999999-x');
      await mkdir(stale, { recursive: true });
      await test.studio.openLibrary(test.library, false);
      const { open } = await read(test.api.library.$get());
      expect(open).toMatchObject({ isReadOnly: true, counts: { images: 6, labelled: 6 } });
      const labelling = read(test.api.labels.$post({ json: { imageIds: [1], classId: 2 } }));
      await expect(labelling).rejects.toMatchObject({ code: 'unreadable' });
      await expect(startImport(test, folder)).rejects.toMatchObject({ code: 'unreadable' });
      await expect(read(test.api.library.backup.$post())).rejects.toMatchObject({ code: 'unreadable' });
      expect(await read(test.api.library.check.$post())).toMatchObject({ ok: true });
      expect(await readdir(test.library)).toEqual(before);
      const copies = (await readdir(os.tmpdir())).filter((name) => name.startsWith('fovea-read-only-'));
      expect(copies).not.toContain(path.basename(stale));
      await test.studio.closeLibrary();
      const own = `fovea-read-only-${process.pid}-`;
      expect((await readdir(os.tmpdir())).filter((name) => name.startsWith(own))).toEqual([]);
    },
  );
});

function tryMount(): boolean {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
