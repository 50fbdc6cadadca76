import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportWeb } from '../../src/main/core/exports/exportWeb.ts';
import type { WebExport } from '../../src/main/core/exports/exportWeb.ts';
import { listFiles, readManifest } from '../../src/main/core/exports/manifest.ts';
import { drawParityPictures } from '../../src/main/core/exports/parityPictures.ts';
import { prepareExportedGraph } from '../../src/main/core/exports/prepareExportedGraph.ts';
import { readExport } from '../../src/main/core/exports/readExport.ts';
import { openExtractor } from '../../src/main/core/features/extractor.ts';
import { predictProbabilities } from '../../src/main/core/training/head.ts';
import { resizeBilinear } from '../../src/shared/resize.ts';
import sharp from 'sharp';
import { drawBackbone } from '../support/drawBackbone.ts';
import { drawCardFor, drawPictures, prepareExport } from '../support/drawExport.ts';

const SIDE = 96;
const NAMES = ['alpha', 'beta', 'gamma'];
const CANARY = 'canary-user';

let folder = '';
let input: WebExport;

beforeAll(async () => {
  folder = path.join(os.tmpdir(), `fovea-export-${process.pid}`);
  await mkdir(path.join(folder, 'page'), { recursive: true });
  await writeFile(path.join(folder, 'page', 'index.html'), '<!doctype html><title>page</title>');
  process.env['FOVEA_CACHE'] = path.join(folder, 'cache');
  const backbone = path.join(folder, 'backbone');
  await drawBackbone(backbone, SIDE, 'two files');
  const card = Object.assign(drawCardFor(NAMES, SIDE), { libraryPath: `/home/${CANARY}` });
  const files = await drawPictures(folder);
  input = await prepareExport(folder, backbone, card, files, path.join(folder, 'page'));
  await exportWeb(input);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Probabilities of the exported model on its own parity pictures, by the studio's engine. */
async function predictFrom(exported: string): Promise<Float32Array[]> {
  const model = await readExport(exported);
  const extractor = await openExtractor(await prepareExportedGraph(model));
  try {
    const said: Float32Array[] = [];
    for (const { png } of input.parity) {
      const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
      const pixels = resizeBilinear(data, info.width, info.height, SIDE, SIDE);
      said.push(predictProbabilities(model.head, 1, await extractor.extract(pixels, 1), 1));
    }
    return said;
  } finally {
    await extractor.close();
  }
}

describe('an exported folder', () => {
  it('holds what its manifest says, agrees with the studio, and tells nothing of this machine', async () => {
    const { files, bytes, parity } = await exportWeb(input);
    expect(parity).toMatchObject({ images: 20, sameTop: 20 });
    expect(parity.maxDifference).toBeLessThan(1e-5);
    expect(files).toEqual(
      expect.arrayContaining(['index.html', 'model.json', 'weights.bin', 'parity/20.png']),
    );
    expect(await listFiles(input.outDir)).toEqual([...files].sort());
    const sizes = await Promise.all(
      files.map(async (file) => (await readFile(path.join(input.outDir, file))).length),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes);
    expect(Object.keys((await readManifest(input.outDir))?.files ?? {})).toHaveLength(files.length - 1);
    for (const file of files) {
      const content = await readFile(path.join(input.outDir, file));
      for (const word of [CANARY, folder, 'tEXt', 'eXIf', 'pHYs']) {
        expect(content.includes(word), `${word} in ${file}`).toBe(false);
      }
    }
  });

  it('gives the studio the same answers when it is read back', async () => {
    const said = await predictFrom(input.outDir);
    said.forEach((probabilities, image) => {
      probabilities.forEach((value, index) => {
        expect(Math.abs(value - (input.parity[image]?.probabilities[index] ?? NaN))).toBeLessThan(1e-5);
      });
    });
  });

  it('takes the place of an earlier export only', async () => {
    const other = path.join(folder, 'other');
    await mkdir(other);
    await exportWeb({ ...input, outDir: other });
    await writeFile(path.join(other, 'thesis.doc'), 'mine');
    await expect(exportWeb({ ...input, outDir: other })).rejects.toMatchObject({ code: 'conflict' });
    expect(await readFile(path.join(other, 'thesis.doc'), 'utf8')).toBe('mine');
    await expect(exportWeb({ ...input, outDir: path.join(folder, 'page') })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(exportWeb({ ...input, outDir: path.join(other, 'thesis.doc') })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('does not appear when it disagrees with the studio, when it is cancelled, or when the page is missing', async () => {
    const [first, ...rest] = input.parity;
    const wrong = { ...first!, probabilities: Array.from(first!.probabilities).reverse() };
    const cancelled = AbortSignal.abort();
    const outDir = path.join(folder, 'never');
    for (const [changes, code] of [
      [{ parity: [wrong, ...rest] }, 'internal'],
      [{ signal: cancelled }, 'cancelled'],
      [{ pageFolder: folder }, 'not_found'],
    ] as const) {
      await expect(exportWeb({ ...input, ...changes, outDir })).rejects.toMatchObject({ code });
    }
    expect((await readdir(folder)).filter((name) => name.includes('never'))).toEqual([]);
  });
});

describe('reading an exported folder', () => {
  it.each(['weights.bin', 'model.json', 'card.json'])('refuses it when %s was changed', async (name) => {
    const file = path.join(input.outDir, name);
    const whole = await readFile(file);
    const changed = Buffer.from(whole);
    changed[changed.length >> 1]! ^= 1;
    await writeFile(file, changed);
    await expect(readExport(input.outDir)).rejects.toMatchObject({ code: 'corrupt' });
    await writeFile(file, whole);
  });

  it('refuses what is not an export', async () => {
    await expect(readExport(path.join(folder, 'backbone'))).rejects.toMatchObject({ code: 'unsupported' });
    await expect(readExport(path.join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('parity pictures', () => {
  it('keep the decoded pixels, shrink what is large, and pass over what is gone', async () => {
    const wide = path.join(folder, 'tile 7.png');
    const text = path.join(folder, 'page', 'index.html');
    const [small, large, missing, unreadable] = await drawParityPictures(
      [path.join(folder, 'tile 1.png'), wide, path.join(folder, 'gone.png'), text],
      SIDE,
    );
    const original = await sharp(path.join(folder, 'tile 1.png')).removeAlpha().raw().toBuffer();
    expect(await sharp(small!).raw().toBuffer()).toEqual(original);
    expect(await sharp(large!).metadata()).toMatchObject({ width: SIDE, height: SIDE });
    expect([missing, unreadable]).toEqual([null, null]);
  });
});
