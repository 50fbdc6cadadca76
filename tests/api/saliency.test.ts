import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { SaliencyMap } from '../../src/main/core/saliency/explainer.ts';
import { SALIENCY_METHODS } from '../../src/shared/saliency.ts';
import '../support/backbones.ts';
import { drawClassFolders, drawPicture, openRaw } from '../support/drawImages.ts';
import { importFolder } from '../support/importFolder.ts';
import { makeStudio, read, resultOf } from '../support/studio.ts';

async function makeTrained() {
  const test = await makeStudio();
  const pictures = path.join(test.folder, 'pictures');
  await drawClassFolders(pictures, { A: 14, B: 14, C: 14 });
  // A wide picture whose left half is of another class than its right half.
  const left = drawPicture(1, 48, 64, 0);
  const right = drawPicture(2, 48, 64, 1);
  const both = new Uint8Array(96 * 64 * 3);
  for (let row = 0; row < 64; row += 1) {
    both.set(left.subarray(row * 144, (row + 1) * 144), row * 288);
    both.set(right.subarray(row * 144, (row + 1) * 144), row * 288 + 144);
  }
  await openRaw(both, 96, 64).png().toFile(path.join(pictures, 'half.png'));
  await importFolder(test, pictures);
  const { jobId } = await read(
    test.api.training.$post({ json: { recipe: 'paper', settings: { epochs: 12 } } }),
  );
  const { modelId } = await resultOf<{ modelId: string }>(test.studio, jobId);
  const { imageIds } = await read(test.api.images.list.$get({ query: { q: 'half' } }));
  return { ...test, modelId, half: imageIds[0]! };
}

/** Pearson's correlation of two maps. */
function correlate({ values: a }: SaliencyMap, { values: b }: SaliencyMap): number {
  const mean = (values: Float32Array): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    ab += (a[i]! - ma) * (b[i]! - mb);
    aa += (a[i]! - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

describe('saliency', { timeout: 120_000 }, () => {
  it('points at the half that shows the class, and a head that learnt nothing gives another map', async () => {
    const test = await makeTrained();
    const { api, studio, modelId, half } = test;
    const library = studio.requireLibrary();
    const offer = await read(
      api.images[':imageId'].saliency.$get({ param: { imageId: String(half) }, query: {} }),
    );
    expect(offer).toMatchObject({ modelId, classes: { length: 3 } });
    expect(offer.predictedClassId).toBe(offer.classes[0]!.classId);
    const idOf = (name: string): number => offer.classes.find((each) => each.name === name)!.classId;

    const leftShare = async (name: string): Promise<number> => {
      const question = { imageId: half, modelId, classId: idOf(name), method: 'class-map' as const };
      const { values, width } = await studio.saliency.map(library, question);
      const kept = values.map((value) => Math.max(0, value));
      const left = kept.filter((_, i) => i % width < width / 2).reduce((sum, value) => sum + value, 0);
      return left / kept.reduce((sum, value) => sum + value, 0);
    };
    expect(await leftShare('A')).toBeGreaterThan(0.6);
    expect(await leftShare('B')).toBeLessThan(0.4);

    const { imageIds } = await read(api.images.list.$get({ query: {} }));
    const looked = imageIds.filter((imageId) => imageId !== half).slice(0, 4);
    for (const method of SALIENCY_METHODS) {
      let sum = 0;
      for (const imageId of looked) {
        const question = { imageId, modelId, classId: idOf('A'), method };
        const found = await studio.saliency.map(library, question);
        const control = await studio.saliency.map(library, { ...question, isControl: true });
        sum += Math.abs(correlate(found, control));
        // The same question has the same answer.
        if (imageId === looked[0]) expect(await studio.saliency.map(library, question)).toEqual(found);
      }
      expect(sum / looked.length).toBeLessThan(0.6);
    }

    // The picture has the form of the image and shows nothing where nothing counts.
    const answer = await api.images[':imageId'].saliency.picture.$get({
      param: { imageId: String(half) },
      query: { modelId, classId: String(idOf('A')), method: 'class-map' },
    });
    expect(answer.headers.get('content-type')).toBe('image/png');
    const png = await sharp(Buffer.from(await answer.arrayBuffer()))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(png.info).toMatchObject({ width: 96, height: 64, channels: 4 });
    const alpha = [...png.data].filter((_, i) => i % 4 === 3);
    expect(Math.min(...alpha)).toBe(0);
    expect(Math.max(...alpha)).toBe(255);

    const unknown = await api.images[':imageId'].saliency.picture.$get({
      param: { imageId: String(half) },
      query: { modelId, classId: '99', method: 'class-map' },
    });
    expect(unknown.status).toBe(404);
  });

  it('stands beside each mistake of the report', async () => {
    const test = await makeTrained();
    // Every test image is a mistake now.
    test.studio
      .requireLibrary()
      .db.exec(`UPDATE model_images SET class_id = 1 + class_id % 3 WHERE part = 'test'`);
    const { jobId } = await read(test.api.reports.$post({ json: { modelId: test.modelId } }));
    const { folder } = await resultOf<{ folder: string }>(test.studio, jobId);
    const page = await readFile(path.join(folder, 'report.html'), 'utf8');
    const pictures = page.match(/data:image\/jpeg;base64,/g) ?? [];
    expect(pictures.length).toBeGreaterThan(4);
    expect(pictures.length % 2).toBe(0);
    expect(page).toContain('class-activation map');
  });
});
