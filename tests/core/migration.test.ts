import path from 'node:path';
import { mkdir } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { listBackups } from '../../src/main/core/library/backup.ts';
import { openLibrary } from '../../src/main/core/library/library.ts';
import { APPLICATION_ID, SCHEMA_VERSION } from '../../src/main/core/library/migrate.ts';
import { first } from '../../src/main/core/library/migrations/0010_first.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

describe('a library of the first schema', () => {
  it('keeps every row when it is brought to the present one, and a backup of what it was', async () => {
    const folder = path.join(await makeTemporaryFolder(), 'old.fovea');
    await mkdir(folder);
    const old = new Database(path.join(folder, 'library.db'));
    old.pragma('journal_mode = WAL');
    old.exec(first.sql);
    old.exec(`
      INSERT INTO roots VALUES (1, '/r', 'r', '{}', '{}', 0, 0);
      INSERT INTO images (image_id, sha256, root_id, path, bytes, width, height, format, pages, sharpness, brightness,
        contrast, saturation, added_at) VALUES (7, 'h', 1, 'a.png', 1, 1, 1, 'png', 1, 0, 0, 0, 0, 0);
      INSERT INTO classes VALUES (3, 'Tumör', 'tumör', '#4477aa', '1', 0), (4, 'Stroma', 'stroma', '#ee6677', NULL, 1);
      INSERT INTO label_batches (batch_id, reader_id, source, at) VALUES (1, 1, 'reader', 5);
      INSERT INTO label_events VALUES (1, 1, 7, 3, NULL, '${'0'.repeat(64)}', 'not checked here');
      INSERT INTO labels VALUES (7, 3, 1);
      PRAGMA user_version = 10; PRAGMA application_id = ${APPLICATION_ID};`);
    const tables = ['images', 'classes', 'readers', 'label_batches', 'label_events', 'labels'];
    const dump = (db: Database.Database) =>
      tables.map((table) => db.prepare<[], object>(`SELECT * FROM ${table}`).all());
    const before = dump(old);
    old.close();

    const library = await openLibrary(folder, { create: false, who: 'a test' });
    expect(library.db.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    expect(dump(library.db)).toMatchObject(before);
    expect(library.db.prepare('SELECT state, description FROM classes').all()).toEqual(
      Array(2).fill({ state: 'active', description: '' }),
    );
    expect(library.db.prepare('SELECT folded_name FROM readers').pluck().all()).toEqual(['reader 1']);
    expect(listBackups(folder)).toHaveLength(1);
    library.close();
  });
});
