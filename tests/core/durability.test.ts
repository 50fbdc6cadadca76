import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { startClient, read, type Client } from '../../src/main/cli/client.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

/** How many times the core is killed; each time at another moment of its work. */
const KILLS = 25;
const IMAGES = 200;

function fillLibrary(library: string): void {
  const db = new Database(path.join(library, 'library.db'));
  db.exec(
    `INSERT INTO roots (root_id, path, name, labels, groups, added_at) VALUES (1, '/r', 'r', '{}', '{}', 0)`,
  );
  const insert = db.prepare(
    `INSERT INTO images (sha256, root_id, path, bytes, width, height, format, pages, sharpness, brightness, contrast, saturation, added_at)
     VALUES (?, 1, ?, 1, 1, 1, 'png', 1, 0, 0, 0, 0, 0)`,
  );
  for (let index = 0; index < IMAGES; index++) insert.run(`hash ${index}`, `${index}.png`);
  db.close();
}

/** Labels image after image until the core is gone; remembers what was acknowledged. */
async function labelUntilKilled(
  client: Client,
  acknowledged: Map<number, number>,
  delayMs: number,
): Promise<void> {
  const { pid } = await read(client.api.health.$get());
  setTimeout(() => process.kill(pid, 'SIGKILL'), delayMs);
  for (let step = 0; ; step++) {
    const imageId = (step % IMAGES) + 1;
    const classId = ((step + acknowledged.size) % 2) + 1;
    try {
      await read(client.api.labels.$post({ json: { imageIds: [imageId], classId } }));
      acknowledged.set(imageId, classId);
    } catch {
      // The last one was not acknowledged: it may or may not be there, so nothing is promised about it.
      acknowledged.delete(imageId);
      return;
    }
  }
}

describe('a core that is killed', () => {
  it(`loses no acknowledged label in ${KILLS} kills at different moments`, async () => {
    const folder = await makeTemporaryFolder();
    process.env['FOVEA_USER_DATA'] = path.join(folder, 'user-data');
    const library = path.join(folder, 'a.fovea');
    const acknowledged = new Map<number, number>();
    let total = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const client = await startClient('a test');
      await read(client.api.library.open.$post({ json: { path: library, create: true } }));
      if (kill === 0) {
        await read(client.api.classes.$post({ json: { name: 'A' } }));
        await read(client.api.classes.$post({ json: { name: 'B' } }));
        await read(client.api.library.close.$post());
        fillLibrary(library);
        await read(client.api.library.open.$post({ json: { path: library } }));
      }
      await labelUntilKilled(client, acknowledged, 5 + ((kill * 37) % 150));
      await client.close();
      total += acknowledged.size;

      const db = new Database(path.join(library, 'library.db'));
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(db.pragma('foreign_key_check')).toEqual([]);
      const label = db.prepare<[number], number>('SELECT class_id FROM labels WHERE image_id = ?').pluck();
      for (const [imageId, classId] of acknowledged) expect(label.get(imageId)).toBe(classId);
      db.close();
    }
    expect(total).toBeGreaterThan(KILLS);
    const client = await startClient('a test');
    await read(client.api.library.open.$post({ json: { path: library } }));
    expect(await read(client.api.library.check.$post())).toMatchObject({ ok: true });
    await client.close();
  });
});
