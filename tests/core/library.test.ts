import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { backUp, listBackups } from '../../src/main/core/library/backup.ts';
import { openLibrary } from '../../src/main/core/library/library.ts';
import { restoreBackup } from '../../src/main/core/library/restore.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const open = (folder: string, create = false, who = 'a test') => openLibrary(folder, { create, who });
const hashOf = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

async function makeLibrary(): Promise<string> {
  const folder = path.join(await makeTemporaryFolder(), 'a.fovea');
  const library = await open(folder, true);
  library.db.prepare('INSERT INTO settings VALUES (?, ?)').run('kept', 'yes');
  library.close();
  return folder;
}

describe('opening a library', () => {
  it('keeps what was saved and waits for the disk at every commit', async () => {
    const folder = await makeLibrary();
    const library = await open(folder);
    expect(library.db.pragma('synchronous', { simple: true })).toBe(2);
    expect(library.db.prepare('SELECT value FROM settings WHERE name = ?').pluck().get('kept')).toBe('yes');
    library.close();
  });

  it('refuses a folder without a library, and one that holds other files', async () => {
    const folder = await makeTemporaryFolder();
    await expect(open(path.join(folder, 'none.fovea'))).rejects.toMatchObject({ code: 'not_found' });
    await writeFile(path.join(folder, 'holiday.txt'), 'x');
    await expect(open(folder, true)).rejects.toMatchObject({ code: 'conflict' });
    expect(await readdir(folder)).toEqual(['holiday.txt']);
  });

  it('tells a second opener by whom the library is used, and lets go when closed', async () => {
    const folder = await makeLibrary();
    const first = await open(folder, false, 'the studio window');
    await expect(open(folder)).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining('the studio window') as string,
    });
    first.close();
    (await open(folder)).close();
  });

  it('leaves a library of a newer version byte for byte as it was', async () => {
    const folder = await makeLibrary();
    const file = path.join(folder, 'library.db');
    const db = new Database(file);
    db.pragma('user_version = 99990');
    db.close();
    const before = await hashOf(file);
    await expect(open(folder)).rejects.toMatchObject({ code: 'newer_library' });
    expect(await hashOf(file)).toBe(before);
    expect((await readdir(folder)).filter((name) => name.startsWith('library.db'))).toEqual(['library.db']);
  });

  it("does not take another program's database for a library", async () => {
    const folder = path.join(await makeTemporaryFolder(), 'other.fovea');
    await mkdir(folder);
    const db = new Database(path.join(folder, 'library.db'));
    db.exec('CREATE TABLE t (x)');
    db.pragma('user_version = 3');
    db.close();
    await expect(open(folder)).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('a damaged library', () => {
  it.each([
    ['its first bytes overwritten', (file: string) => writeFile(file, 'not a database at all'.repeat(40))],
    ['cut in half', async (file: string) => truncate(file, 4096 * 6)],
  ])('%s: offers the newest good backup, restores it and keeps the damaged file', async (_, damage) => {
    const folder = await makeLibrary();
    const library = await open(folder);
    await backUp(library.db, folder);
    library.close();
    await damage(path.join(folder, 'library.db'));
    // A newer backup that is itself damaged must be passed over.
    await writeFile(path.join(folder, 'backups', 'library-29990101-000000-000.db'), 'rubbish');

    await expect(open(folder)).rejects.toMatchObject({
      code: 'corrupt',
      todo: expect.stringContaining('Restore the backup library-2') as string,
    });
    const { backup, kept } = await restoreBackup(folder);
    expect(backup).not.toContain('2999');
    expect(await readdir(folder)).toContain(kept);
    const restored = await open(folder);
    expect(restored.db.prepare('SELECT value FROM settings WHERE name = ?').pluck().get('kept')).toBe('yes');
    restored.close();
  });

  it('keeps ten backups and the last of each earlier day', async () => {
    const folder = await makeLibrary();
    await mkdir(path.join(folder, 'backups'));
    for (let day = 1; day <= 20; day++) {
      for (const hour of ['08', '20']) {
        const name = `library-202601${String(day).padStart(2, '0')}-${hour}0000-000.db`;
        await writeFile(path.join(folder, 'backups', name), 'x');
      }
    }
    const library = await open(folder);
    await backUp(library.db, folder);
    library.close();
    const kept = listBackups(folder);
    expect(kept).toHaveLength(10 + 12);
    expect(kept.slice(10).every((name) => name.includes('-200000-') || name.includes('-080000-'))).toBe(true);
  });
});
