import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureFeatureSet, insertFeatureRow } from '../../src/main/core/features/imageFeatures.ts';
import { featureKeyOf } from '../../src/main/core/features/prepareGraph.ts';
import { DECODER_VERSION } from '../../src/main/core/images/decoderVersion.ts';
import type { Library } from '../../src/main/core/library/library.ts';
import type { FeatureSpec } from '../../src/shared/backbones.ts';

const SPEC: FeatureSpec = { backbone: 'mobilenet_v2', width: 1, resolution: 160 };

/** Gives images of a library drawn features, `[imageIds.length, dims] float32`, as if a backbone had computed them. */
export async function addFeatures(
  { db, folder }: Library,
  imageIds: readonly number[],
  features: Float32Array,
  dims: number,
): Promise<string> {
  const featureKey = featureKeyOf(SPEC);
  await mkdir(path.join(folder, 'features'), { recursive: true });
  await writeFile(path.join(folder, 'features', `${featureKey}.f32`), features);
  ensureFeatureSet(db, { featureKey, spec: SPEC, decoderVersion: DECODER_VERSION, dims });
  db.transaction(() => {
    for (const [row, imageId] of imageIds.entries()) insertFeatureRow(db, featureKey, imageId, row);
  })();
  return featureKey;
}
