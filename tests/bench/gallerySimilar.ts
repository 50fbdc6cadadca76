import { open } from 'node:fs/promises';
import path from 'node:path';
import { createApp } from '../../src/main/core/api.ts';
import { ensureFeatureSet } from '../../src/main/core/features/imageFeatures.ts';
import { featureKeyOf } from '../../src/main/core/features/prepareGraph.ts';
import { DECODER_VERSION } from '../../src/main/core/images/decoderVersion.ts';
import { createRandom } from '../../src/main/core/math/random.ts';
import { jobRunners } from '../../src/main/core/runners.ts';
import { Studio } from '../../src/main/core/studio.ts';
import type { FeatureSpec } from '../../src/shared/backbones.ts';
import { medianOf } from './benchmark.ts';

const SPEC: FeatureSpec = { backbone: 'mobilenet_v2', width: 1, resolution: 160 };
const DIMS = 1280;
/** Rows that are drawn; each block of the file is these again with one value of each row changed. */
const BLOCK = 2000;
const CALLS = 15;

/** How long the images most similar to one take, as the median of calls over all of `count` images, ms. */
export async function measureSimilar(folder: string, count: number): Promise<number> {
  const studio = new Studio(jobRunners, 'a benchmark');
  const { db } = await studio.openLibrary(folder, false);
  try {
    const featureKey = featureKeyOf(SPEC);
    await writeFeatures(path.join(folder, 'features', `${featureKey}.f32`), count);
    ensureFeatureSet(db, { featureKey, spec: SPEC, decoderVersion: DECODER_VERSION, dims: DIMS });
    db.prepare(
      'INSERT INTO feature_rows SELECT ?, image_id, image_id - 1 FROM images WHERE image_id <= ?',
    ).run(featureKey, count);
    const app = createApp(studio);
    const times: number[] = [];
    // The first call reads the features.
    for (let call = 0; call <= CALLS; call += 1) {
      const began = performance.now();
      const answer = await app.request(`/api/images/${1 + ((call * 7919) % count)}/similar?count=24`);
      const { similar } = (await answer.json()) as { similar: unknown[] };
      if (!answer.ok || similar.length === 0) throw new Error('Nothing similar was found.');
      if (call > 0) times.push(performance.now() - began);
    }
    return medianOf(times);
  } finally {
    await studio.closeLibrary();
  }
}

async function writeFeatures(file: string, count: number): Promise<void> {
  const random = createRandom(1);
  const block = Float32Array.from({ length: BLOCK * DIMS }, () => random.next());
  const handle = await open(file, 'w');
  try {
    for (let row = 0; row < count; row += BLOCK) {
      for (let each = 0; each < BLOCK; each += 1) block[each * DIMS + (row % DIMS)] = random.next();
      await handle.write(new Uint8Array(block.buffer, 0, 4 * DIMS * Math.min(BLOCK, count - row)));
    }
  } finally {
    await handle.close();
  }
}
