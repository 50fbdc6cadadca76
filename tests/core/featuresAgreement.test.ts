import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openExtractor } from '../../src/main/core/features/extractor.ts';
import { readLayersModel } from '../../src/main/core/features/readLayersModel.ts';
import { writeBackboneGraph } from '../../src/main/core/features/writeBackboneGraph.ts';
import { createRandom } from '../../src/main/core/math/random.ts';
import { drawBackbone } from '../support/drawBackbone.ts';
import { sharedModels } from '../support/shared.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';
import { loadReference, referenceFeatures } from '../support/tfjsFeatures.ts';

/** Pictures of soft blobs with grain: `[count, side, side, 3]`, with black and white reached at the borders. */
function drawPictures(count: number, side: number): Uint8Array {
  const random = createRandom(side);
  const pixels = new Uint8Array(count * side * side * 3);
  for (let i = 0; i < pixels.length; i++) {
    const [y, x] = [Math.floor(i / (side * 3)) % side, Math.floor(i / 3) % side];
    const wave = Math.sin(x / 9 + (i % 3)) + Math.cos(y / (7 + Math.floor(i / (side * side * 3))));
    pixels[i] = Math.max(0, Math.min(255, 128 + 70 * wave + 40 * (random.next() - 0.5)));
  }
  return pixels;
}

/** Features by our graph and onnxruntime, as the studio computes them. */
async function extractFeatures(
  folder: string,
  pixels: Uint8Array,
  count: number,
  side: number,
): Promise<Float32Array> {
  const model = await readLayersModel(folder);
  const graphPath = path.join(await makeTemporaryFolder(), 'graph.onnx');
  await writeFile(graphPath, writeBackboneGraph(model, side));
  const extractor = await openExtractor({ graphPath, side, dims: model.dims });
  const features = await extractor.extract(pixels, count);
  // A feature never depends on which images it was computed with: caches are extended, never recomputed.
  const last = await extractor.extract(pixels.subarray(-side * side * 3), 1);
  expect(last).toEqual(features.subarray(-model.dims));
  await extractor.close();
  return features;
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

describe('features of the ONNX graph and of the TF.js layers model', () => {
  it.each([
    { form: 'two files' as const, side: 96, count: 2 },
    // 9 pictures: more than two batches. 40: strides meet odd sizes, where "same" pads one side more.
    { form: 'two files' as const, side: 40, count: 9 },
    { form: 'sharded with classifier' as const, side: 64, count: 2 },
  ])('agree for a drawn network ($form, side $side)', async ({ form, side, count }) => {
    const folder = await makeTemporaryFolder();
    const reference = await drawBackbone(folder, side, form);
    const pixels = drawPictures(count, side);
    const expected = await referenceFeatures(reference, pixels, count, side);
    const given = await extractFeatures(folder, pixels, count, side);
    expect(new Set(expected).size).toBeGreaterThan(expected.length / 3);
    expect(largestDifference(given, expected)).toBeLessThan(1e-4);
  });

  it.skipIf(sharedModels === null).each([
    { name: 'mobilenet_v1_0.25_224', sides: [96, 160, 224] },
    { name: 'mobilenet_v2_0.35_224', sides: [96, 160, 224] },
    { name: 'mobilenet_v1_1.0_224', sides: [160] },
    { name: 'mobilenet_v2_1.0_224', sides: [96, 160, 224] },
  ])('agree for $name at $sides', async ({ name, sides }) => {
    const folder = path.join(sharedModels ?? '', name);
    for (const side of sides) {
      const pixels = drawPictures(3, side);
      const reference = await loadReference(folder, side);
      const expected = await referenceFeatures(reference, pixels, 3, side);
      reference.dispose();
      const difference = largestDifference(await extractFeatures(folder, pixels, 3, side), expected);
      expect(difference).toBeLessThan(1e-4);
    }
  });
});
