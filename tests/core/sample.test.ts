import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/main/core/images/decodeImage.ts';
import { readGroups } from '../../src/main/core/images/readGroups.ts';
import { drawSampleSet, SAMPLE_GROUPS } from '../../src/main/core/sample/drawSampleSet.ts';
import { drawSampleTile } from '../../src/main/core/sample/drawSampleTile.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

describe('the sample set', () => {
  it('has at least four classes, three patients in each and 240 different pictures', async () => {
    const folder = path.join(await makeTemporaryFolder(), 'sample');
    const progress: number[] = [];
    const count = await drawSampleSet(folder, { seed: 1, onProgress: (drawn) => progress.push(drawn) });
    expect(count).toBeGreaterThanOrEqual(240);
    expect(progress).toEqual(Array.from({ length: count }, (_, i) => i + 1));

    const groupOf = readGroups({ kind: 'regex', pattern: SAMPLE_GROUPS });
    const classes = await readdir(folder);
    expect(classes.length).toBeGreaterThanOrEqual(4);
    const contents = new Set<string>();
    for (const name of classes) {
      const files = await readdir(path.join(folder, name));
      expect(new Set(files.map(groupOf)).size).toBeGreaterThanOrEqual(3);
      for (const file of files) contents.add(await readFile(path.join(folder, name, file), 'latin1'));
    }
    expect(contents.size).toBe(count);

    const first = await decodeImage(await readFile(path.join(folder, 'stroma', 'P03_stroma_002.png')));
    expect(first).toMatchObject({ width: 150, height: 150, format: 'png', flags: [] });
    expect(Buffer.compare(first.rgb, drawSampleTile(1, 3, 'stroma', 2))).toBe(0);
    expect(Buffer.compare(first.rgb, drawSampleTile(2, 3, 'stroma', 2))).not.toBe(0);
  });

  it('replaces an older sample and nothing else', async () => {
    const folder = path.join(await makeTemporaryFolder(), 'sample');
    await drawSampleSet(folder, { seed: 1, images: 80 });
    expect(await drawSampleSet(folder, { seed: 2, images: 40 })).toBe(40);
    expect(await readdir(path.join(folder, 'stroma'))).toHaveLength(10);
    await writeFile(path.join(folder, 'mine.txt'), 'mine');
    await expect(drawSampleSet(folder, { seed: 1 })).rejects.toMatchObject({ code: 'conflict' });
    expect(await readFile(path.join(folder, 'mine.txt'), 'utf8')).toBe('mine');
  });
});
