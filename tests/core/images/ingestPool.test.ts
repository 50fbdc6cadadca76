import { createHash } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openExtractor, type GraphSpec } from '../../../src/main/core/features/extractor.ts';
import { readLayersModel } from '../../../src/main/core/features/readLayersModel.ts';
import { writeBackboneGraph } from '../../../src/main/core/features/writeBackboneGraph.ts';
import { decodeImage } from '../../../src/main/core/images/decodeImage.ts';
import { IngestPool, type IngestPoolOptions } from '../../../src/main/core/images/ingestPool.ts';
import type { IngestedImage, IngestResult } from '../../../src/main/core/images/ingestResult.ts';
import { scanFolder, type ScannedFile } from '../../../src/main/core/images/scanFolder.ts';
import { resizeBilinear } from '../../../src/shared/resize.ts';
import { drawBackbone } from '../../support/drawBackbone.ts';
import { drawPicture, drawTestImage, drawTestImages, openRaw } from '../../support/drawImages.ts';
import { sharedData, sharedDir } from '../../support/shared.ts';
import { makeTemporaryFolder } from '../../support/temporary.ts';

const TREACHEROUS = new URL('../../support/treacherous.worker.ts', import.meta.url);

function openPool(options: Partial<IngestPoolOptions> = {}): IngestPool {
  const pool = new IngestPool({ graph: null, workers: 2, ...options });
  onTestFinished(() => pool.close());
  return pool;
}

async function list(folder: string): Promise<ScannedFile[]> {
  const files: ScannedFile[] = [];
  for await (const batch of scanFolder(folder)) files.push(...batch.files);
  return files;
}

async function ingestAll(pool: IngestPool, folder: string): Promise<IngestResult[]> {
  const all: IngestResult[] = [];
  await pool.ingest(await list(folder), { folder }, (results) => void all.push(...results));
  return all;
}

/** A small network with random weights, as a graph file. */
async function drawGraph(side: number): Promise<GraphSpec> {
  const folder = await makeTemporaryFolder();
  await drawBackbone(folder, side, 'two files');
  const graphPath = path.join(folder, 'graph.onnx');
  const model = await readLayersModel(folder);
  await writeFile(graphPath, writeBackboneGraph(model, side));
  return { graphPath, side, dims: 24 };
}

const outcomes = (results: readonly IngestResult[]): Record<string, string> =>
  Object.fromEntries(results.map((r) => [r.path, r.outcome === 'rejected' ? r.code : r.outcome]));

describe('one pass over a folder', () => {
  it('gives identity, facts, thumbnails and features, in the order of the files', async () => {
    const folder = await makeTemporaryFolder();
    await drawTestImages(folder, 40);
    const large = drawPicture(1, 500, 300);
    await openRaw(large, 500, 300).tiff().toFile(path.join(folder, 'large.tif'));
    await writeFile(path.join(folder, 'notes.txt'), 'no picture');
    const graph = await drawGraph(64);
    const results = await ingestAll(openPool({ graph }), folder);

    expect(results.map((result) => result.path)).toEqual((await list(folder)).map((file) => file.path));
    expect(outcomes(results)).toMatchObject({ 'notes.txt': 'not_an_image', 'large.tif': 'image' });
    const images = results.filter((result) => result.outcome === 'image');
    expect(images).toHaveLength(41);

    const tif = images.find((image) => image.path === 'large.tif')!;
    const bytes = await readFile(path.join(folder, 'large.tif'));
    expect(tif).toMatchObject({
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
      width: 500,
      height: 300,
      format: 'tiff',
      thumbnail: { width: 256, height: 154 },
    });
    expect(await sharp(tif.thumbnail!.jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 256 });
    expect(images.filter((image) => image.thumbnail === null)).toHaveLength(40);

    const extractor = await openExtractor(graph);
    onTestFinished(() => extractor.close());
    for (const image of [tif, images[7]!]) {
      const { rgb, width, height } = await decodeImage(await readFile(path.join(folder, image.path)));
      const pixels = resizeBilinear(rgb, width, height, 64, 64);
      expect(image.features).toEqual(await extractor.extract(pixels, 1));
    }
  });

  it('measures sharpness, brightness, contrast, saturation, background, tissue and exposure', async () => {
    const folder = await makeTemporaryFolder();
    const flat = openRaw(new Uint8Array(40 * 40 * 3).fill(128), 40, 40);
    const half = new Uint8Array(40 * 40 * 3).map((_, i) => (i % 120 < 60 ? 0 : 255));
    await flat.png().toFile(path.join(folder, 'flat.png'));
    await openRaw(half, 40, 40).png().toFile(path.join(folder, 'half.png'));
    await sharp({ create: { width: 40, height: 40, channels: 3, background: 'red' } })
      .png()
      .toFile(path.join(folder, 'red.png'));
    const results = (await ingestAll(openPool(), folder)) as IngestedImage[];
    const [grey, edge, red] = results.map((result) => result.quality);
    expect(grey).toMatchObject({ sharpness: 0, contrast: 0, saturation: 0 });
    expect(grey!.brightness).toBeCloseTo(128 / 255, 6);
    expect(edge!.contrast).toBeCloseTo(0.5, 6);
    // One column of +255 and one of −255 among 38 inner columns: mean 0, variance 2/38 × 255².
    expect(edge!.sharpness).toBeCloseTo((2 / 38) * 255 ** 2, 3);
    expect(red!.saturation).toBe(1);
    expect(results[0]!.flags).toEqual(['low_contrast']);
    // Grey 128 and red are as dense as stain, white is paper, black is empty; half of the second is each of these.
    expect(grey).toMatchObject({ background: 0, tissue: 1, overexposed: 0, underexposed: 0 });
    expect(edge).toMatchObject({ background: 1, tissue: 0, overexposed: 0.5, underexposed: 0.5 });
    expect(red).toMatchObject({ background: 0, tissue: 1, overexposed: 0, underexposed: 0 });
    expect(results[1]!.flags).toEqual(['background', 'overexposed', 'underexposed']);
  });

  it('reads but does not decode what the caller has already', async () => {
    const folder = await makeTemporaryFolder();
    await drawTestImages(folder, 3);
    await copyFile(path.join(folder, 'P1_0.png'), path.join(folder, 'copy.png'));
    const bytes = await readFile(path.join(folder, 'P1_0.png'));
    const known = createHash('sha256').update(bytes).digest('hex');
    const results: IngestResult[] = [];
    await openPool().ingest(
      await list(folder),
      { folder, isKnown: (sha256) => sha256 === known },
      (batch) => void results.push(...batch),
    );
    expect(outcomes(results)).toEqual({
      'P1_0.png': 'known',
      'P2_1.png': 'image',
      'P3_2.png': 'image',
      'copy.png': 'known',
    });
  });

  it('takes no more work than its caller takes results', async () => {
    const folder = await makeTemporaryFolder();
    await drawTestImages(folder, 16, 0, 8);
    const file = (await list(folder))[0]!;
    let handedOut = 0;
    const endless = function* (): Generator<ScannedFile> {
      while (handedOut < 100_000) yield { ...file, path: file.path, bytes: ++handedOut };
    };
    const controller = new AbortController();
    const running = openPool().ingest(endless(), { folder, signal: controller.signal }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (handedOut > 300) controller.abort();
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(handedOut).toBeLessThan(600);
  });
});

describe('when a worker dies', () => {
  it('rejects the files that kill or hang it, and only those', async () => {
    const folder = await makeTemporaryFolder();
    await drawTestImages(folder, 20);
    await writeFile(path.join(folder, 'P1_crash.png'), await drawTestImage(7));
    await writeFile(path.join(folder, 'P2_hang.png'), await drawTestImage(8));
    const pool = openPool({ workerEntry: TREACHEROUS, fileLimitMs: 300 });
    const results = await ingestAll(pool, folder);
    expect(results).toHaveLength(22);
    const bad = results.filter((result) => result.outcome !== 'image');
    expect(outcomes(bad)).toEqual({ 'P1_crash.png': 'decoder_crashed', 'P2_hang.png': 'timed_out' });
  });

  it('loses nothing when one is killed from outside in the middle', async () => {
    const folder = await makeTemporaryFolder();
    await drawTestImages(folder, 150, 0, 96);
    const pool = openPool();
    const results: IngestResult[] = [];
    let kills = 0;
    await pool.ingest(await list(folder), { folder }, (batch) => {
      results.push(...batch);
      if (kills++ < 2) process.kill(pool.pids[0]!, 'SIGKILL');
    });
    expect(results.map((result) => result.path)).toEqual((await list(folder)).map((file) => file.path));
    expect(results.every((result) => result.outcome === 'image')).toBe(true);
  });

  it('fails in words when the network cannot be loaded', async () => {
    const folder = await makeTemporaryFolder();
    await drawTestImages(folder, 1);
    const graph = { graphPath: path.join(folder, 'P1_0.png'), side: 32, dims: 4 };
    await expect(ingestAll(openPool({ graph }), folder)).rejects.toMatchObject({ code: 'corrupt' });
  });
});

describe.skipIf(sharedDir === null)('files made to break decoders', () => {
  it.each(['formats', 'hostile'])('%s: every one is imported or refused with a reason', async (name) => {
    const folder = sharedData(name);
    const pool = openPool();
    const results = await ingestAll(pool, folder);
    expect(results).toHaveLength((await list(folder)).length);
    const refused = results.filter((result) => result.outcome === 'rejected');
    expect(refused.every(({ reason }) => reason.endsWith('.'))).toBe(true);
    expect(refused.filter(({ code }) => ['timed_out', 'decoder_crashed'].includes(code))).toEqual([]);
    expect(results.length - refused.length).toBe(name === 'formats' ? 28 : 266);
  });
});
