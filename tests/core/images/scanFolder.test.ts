import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scanFolder, type ScannedFile } from '../../../src/main/core/images/scanFolder.ts';
import { makeTemporaryFolder } from '../../support/temporary.ts';

async function scan(folder: string): Promise<{ files: ScannedFile[]; ignored: number }> {
  const files: ScannedFile[] = [];
  let ignored = 0;
  for await (const batch of scanFolder(folder)) {
    files.push(...batch.files);
    ignored += batch.ignored;
  }
  return { files, ignored };
}

const codes = (files: readonly ScannedFile[]): Record<string, string | undefined> =>
  Object.fromEntries(files.map((file) => [file.path, file.refused?.code]));

describe('listing a folder', () => {
  it('lists files of all folders in the order of their names, whatever the names are', async () => {
    const root = await makeTemporaryFolder();
    const names = [
      '-rf',
      'a\nb.png',
      'Ärger/é.png',
      'Ärger/e\u0301.png',
      'b/🧫.tif',
      'b/c/d.png',
      `${'x'.repeat(251)}.png`,
      'B.png',
    ];
    for (const name of names) {
      await mkdir(path.dirname(path.join(root, name)), { recursive: true });
      await writeFile(path.join(root, name), name);
    }
    await mkdir(path.join(root, 'folder.jpg'));
    const { files } = await scan(root);
    const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
    expect(files.map((file) => file.path)).toEqual([...names].sort(byBytes));
    expect(files.every((file) => file.refused === undefined)).toBe(true);
    expect(files.find((file) => file.path === '-rf')).toMatchObject({ bytes: 3 });
  });

  it('counts the litter of operating systems and nothing else as ignored', async () => {
    const root = await makeTemporaryFolder();
    await mkdir(path.join(root, 'a'));
    for (const name of ['.DS_Store', 'a/Thumbs.db', 'a/desktop.ini', '.hidden', 'notes.txt']) {
      await writeFile(path.join(root, name), '');
    }
    const { files, ignored } = await scan(root);
    expect(ignored).toBe(3);
    expect(files.map((file) => file.path)).toEqual(['.hidden', 'notes.txt']);
  });

  it.skipIf(process.platform === 'win32')('never follows a link nor opens a pipe or socket', async () => {
    const root = await makeTemporaryFolder();
    await mkdir(path.join(root, 'inside'));
    await writeFile(path.join(root, 'inside', 'a.png'), 'a');
    await symlink('..', path.join(root, 'inside', 'loop'));
    await symlink('/etc', path.join(root, 'outside'));
    await symlink('nowhere', path.join(root, 'dangling.png'));
    execFileSync('mkfifo', [path.join(root, 'pipe.png')]);
    const server = net.createServer().listen(path.join(root, 'socket'));
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    expect(codes((await scan(root)).files)).toEqual({
      'dangling.png': 'not_a_regular_file',
      'inside/a.png': undefined,
      'inside/loop': 'not_a_regular_file',
      outside: 'not_a_regular_file',
      'pipe.png': 'not_a_regular_file',
      socket: 'not_a_regular_file',
    });
  });

  it.skipIf(process.platform !== 'linux')('names every file whose name is not text', async () => {
    const root = await makeTemporaryFolder();
    const bad = Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]);
    await mkdir(bad);
    await writeFile(Buffer.concat([bad, Buffer.from('/a.png')]), 'a');
    await writeFile(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0x2e])]), 'a');
    const { files } = await scan(root);
    expect(codes(files)).toEqual({ 'caf\\xE9/a.png': 'unreadable_name', '\\xFF.': 'unreadable_name' });
  });

  it.skipIf(process.getuid?.() === 0)('names a folder that it may not open', async () => {
    const root = await makeTemporaryFolder();
    await mkdir(path.join(root, 'secret'));
    await chmod(path.join(root, 'secret'), 0);
    onTestFinished(() => chmod(path.join(root, 'secret'), 0o700));
    expect(codes((await scan(root)).files)).toEqual({ secret: 'unreadable_file' });
  });

  it('says what is wrong with the folder itself, and stops when told', async () => {
    const root = await makeTemporaryFolder();
    await writeFile(path.join(root, 'file'), '');
    await expect(scan(path.join(root, 'nothing'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(scan(path.join(root, 'file'))).rejects.toMatchObject({ code: 'invalid' });
    const controller = new AbortController();
    const listing = scanFolder(root, { signal: controller.signal });
    controller.abort();
    await expect(listing.next()).rejects.toMatchObject({ code: 'cancelled' });
  });
});
