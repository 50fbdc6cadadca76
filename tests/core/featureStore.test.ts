import { execFileSync } from 'node:child_process';
import { appendFile, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openFeatureStore, type FeatureStore } from '../../src/main/core/features/featureStore.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const DIMS = 5;

/** Rows that tell their number: row r is `r + column / 10`. */
function drawRows(first: number, count: number): Float32Array {
  return Float32Array.from(
    { length: count * DIMS },
    (_, i) => first + Math.floor(i / DIMS) + (i % DIMS) / 10,
  );
}

describe('a feature file', () => {
  const open: FeatureStore[] = [];
  const openStore = async (folder: string): Promise<FeatureStore> => {
    const store = await openFeatureStore(folder, 'mobilenet_v2-1-160-d1', DIMS);
    open.push(store);
    return store;
  };
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close();
  });
  const fileIn = (folder: string): string => path.join(folder, 'features', 'mobilenet_v2-1-160-d1.f32');

  it('keeps rows in the order of appending, also when appends are made at once, and after reopening', async () => {
    const folder = await makeTemporaryFolder();
    const store = await openStore(folder);
    const firsts = await Promise.all([store.appendRows(drawRows(0, 3)), store.appendRows(drawRows(3, 20))]);
    expect(firsts).toEqual([0, 3]);
    const again = await openStore(folder);
    expect(again.rowCount).toBe(23);
    expect(await again.readAll()).toEqual(drawRows(0, 23));
    expect(await again.appendRows(drawRows(23, 1))).toBe(23);
    expect(new Float32Array(new Uint8Array(await readFile(fileIn(folder))).buffer)).toEqual(drawRows(0, 24));
  });

  it('gives rows in the order in which they are asked for, with repeats and gaps', async () => {
    const store = await openStore(await makeTemporaryFolder());
    await store.appendRows(drawRows(0, 500));
    const wanted = Uint32Array.from([499, 0, 7, 8, 7, 260, 20, 499]);
    const expected = [...wanted].flatMap((row) => [...drawRows(row, 1)]);
    expect([...(await store.readRows(wanted))]).toEqual(expected);
    expect(await store.readRows(new Uint32Array())).toHaveLength(0);
    await expect(store.readRows(Uint32Array.of(500))).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('forgets a torn tail and rows that the database does not know', async () => {
    const folder = await makeTemporaryFolder();
    await (await openStore(folder)).appendRows(drawRows(0, 4));
    await appendFile(fileIn(folder), new Uint8Array(7));
    const torn = await openStore(folder);
    expect(torn.rowCount).toBe(4);
    await torn.trimTo(3);
    expect((await stat(fileIn(folder))).size).toBe(3 * DIMS * 4);
    expect(await torn.appendRows(drawRows(3, 2))).toBe(3);
    expect(await torn.readAll()).toEqual(drawRows(0, 5));
    await expect(torn.trimTo(6)).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('overwrites a torn tail when nobody trimmed it', async () => {
    const folder = await makeTemporaryFolder();
    await (await openStore(folder)).appendRows(drawRows(0, 2));
    await appendFile(fileIn(folder), new Uint8Array(DIMS * 4 - 1));
    const torn = await openStore(folder);
    await torn.appendRows(drawRows(2, 1));
    expect(await torn.readAll()).toEqual(drawRows(0, 3));
  });

  it('refuses numbers that are not whole rows, and keys that leave the folder', async () => {
    const folder = await makeTemporaryFolder();
    const store = await openStore(folder);
    await expect(store.appendRows(new Float32Array(DIMS + 1))).rejects.toMatchObject({ code: 'invalid' });
    expect(store.rowCount).toBe(0);
    await expect(openFeatureStore(folder, '../outside', DIMS)).rejects.toMatchObject({ code: 'invalid' });
  });

  const canMount = process.platform === 'linux' && process.getuid?.() === 0;
  it.skipIf(!canMount)('says that the disk is full and keeps what was there, whole', async (context) => {
    const folder = await makeTemporaryFolder();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
    } catch {
      // A container may forbid mounts even to root.
      context.skip();
    }
    try {
      const store = await openStore(folder);
      await store.appendRows(drawRows(0, 1000));
      await expect(store.appendRows(drawRows(1000, 5000))).rejects.toMatchObject({ code: 'no_space' });
      expect((await stat(fileIn(folder))).size).toBe(1000 * DIMS * 4);
      expect(await store.appendRows(drawRows(1000, 1))).toBe(1000);
      expect(await store.readAll()).toEqual(drawRows(0, 1001));
    } finally {
      execFileSync('umount', ['-l', folder]);
    }
  });
});
