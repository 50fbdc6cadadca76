import path from 'node:path';
import { FoveaError } from '../../../shared/errors.ts';
import { openFeatureStore } from '../features/featureStore.ts';

/**
 * The named rows of a feature file as `[rows.length, dims] float32`, every value finite.
 * Throws `corrupt` when the file is too short or holds values that are not numbers.
 */
export async function readFeatures(
  featureFile: string,
  dims: number,
  rows: Uint32Array,
): Promise<Float32Array> {
  const libraryFolder = path.dirname(path.dirname(featureFile));
  const store = await openFeatureStore(libraryFolder, path.basename(featureFile, '.f32'), dims);
  try {
    const features = await store.readRows(rows);
    requireFinite(features, dims, featureFile);
    return features;
  } finally {
    await store.close();
  }
}

/** Throws `corrupt`, with what to do, where a feature is not a finite number. `features` is `[n, dims]`. */
export function requireFinite(features: Float32Array, dims: number, featureFile: string): void {
  const damaged = new Set<number>();
  for (let i = 0; i < features.length; i++) {
    // Only a finite number minus itself is 0; several times faster than a call per value.
    if (features[i]! - features[i]! !== 0) damaged.add(Math.floor(i / dims));
  }
  if (damaged.size > 0) {
    const images = damaged.size === 1 ? '1 image' : `${damaged.size} images`;
    throw new FoveaError('corrupt', `The stored features of ${images} hold values that are not numbers.`, {
      subject: path.basename(featureFile),
      todo: 'Delete this feature file and train again: features are then computed anew.',
    });
  }
}
