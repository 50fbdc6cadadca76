import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { read } from '../../src/main/cli/client.ts';
import { openLibrary } from '../../src/main/core/library/library.ts';
import { ensureFeatureSet } from '../../src/main/core/features/imageFeatures.ts';
import { featureKeyOf } from '../../src/main/core/features/prepareGraph.ts';
import { DECODER_VERSION } from '../../src/main/core/images/decoderVersion.ts';
import { createRandom } from '../../src/main/core/math/random.ts';
import type { FeatureSpec } from '../../src/shared/backbones.ts';
import { round, say } from './benchmark.ts';
import { makeGalleryLibrary } from './galleryLibrary.ts';
import { listChildren, readResidentKiB } from './memory.ts';
import { waitForJob, withStudio } from './studioProcess.ts';

const SPEC: FeatureSpec = { backbone: 'mobilenet_v2', width: 1, resolution: 160 };
const DIMS = 1280;
const INNER = 24;
const SAMPLE_MS = 100;

/**
 * The most memory that a map of `count` images with 1,280 features each takes, core and worker together (Linux: /proc), and
 * the slowest answer of the core meanwhile.
 */
export async function measureMapMemory(folder: string, count: number): Promise<Record<string, number>> {
  const { folder: library } = await makeGalleryLibrary(folder, 'map', count, { thumbnails: false });
  await writeFeatures(library, count);
  return withStudio(folder, 'map', async (client) => {
    const { pid } = await read(client.api.health.$get());
    let most = 0;
    let slowestMs = 0;
    let isRunning = true;
    const watching = (async () => {
      while (isRunning) {
        const began = performance.now();
        await read(client.api.health.$get());
        slowestMs = Math.max(slowestMs, performance.now() - began);
        let sum = await readResidentKiB(pid, 'VmRSS');
        for (const child of await listChildren(pid)) sum += await readResidentKiB(child, 'VmRSS');
        most = Math.max(most, sum);
        await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
      }
    })();
    const { jobId } = await read(client.api.maps.$post({ json: {} }));
    await waitForJob(client, jobId);
    isRunning = false;
    await watching;
    const [map] = (await read(client.api.maps.$get())).maps;
    say(`${count} images in a library: ${JSON.stringify(map!.figures)}`);
    return { memoryMiB100k: round(most / 1024, 0), coreSlowestMs: round(slowestMs, 0) };
  });
}

/** Features in clouds of a few dimensions, a block of them again and again with noise of its own. */
async function writeFeatures(folder: string, count: number): Promise<void> {
  const library = await openLibrary(folder, { create: false, who: 'a benchmark' });
  const featureKey = featureKeyOf(SPEC);
  ensureFeatureSet(library.db, { featureKey, spec: SPEC, decoderVersion: DECODER_VERSION, dims: DIMS });
  library.db
    .prepare('INSERT INTO feature_rows SELECT ?, image_id, image_id - 1 FROM images WHERE image_id <= ?')
    .run(featureKey, count);
  library.close();
  const random = createRandom(2);
  const mix = Float32Array.from({ length: INNER * DIMS }, () => random.normal());
  const centres = Float32Array.from({ length: 12 * INNER }, () => 3 * random.normal());
  await mkdir(path.join(folder, 'features'), { recursive: true });
  const handle = await open(path.join(folder, 'features', `${featureKey}.f32`), 'w');
  try {
    const rows = 1000;
    const block = new Float32Array(rows * DIMS);
    for (let first = 0; first < count; first += rows) {
      for (let row = 0; row < rows; row += 1) {
        const own = block.subarray(row * DIMS, (row + 1) * DIMS).fill(0.5);
        const cloud = random.int(12);
        for (let j = 0; j < INNER; j += 1) {
          const value = centres[cloud * INNER + j]! + random.normal();
          for (let d = 0; d < DIMS; d += 1) own[d]! += value * mix[j * DIMS + d]!;
        }
      }
      await handle.write(new Uint8Array(block.buffer, 0, 4 * DIMS * Math.min(rows, count - first)));
    }
  } finally {
    await handle.close();
  }
}
