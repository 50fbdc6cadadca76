import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { findCommonFeatures, type FeatureSet } from '../features/commonFeatures.ts';
import { openFeatureStore } from '../features/featureStore.ts';
import { requireFinite } from '../training/readFeatures.ts';
import type { RowSource } from './rowSource.ts';

/** Images that can be on a map, in the order of their ids, with their rows in the feature file. */
export interface MappedImages extends FeatureSet {
  readonly imageIds: Uint32Array;
  readonly rows: Uint32Array;
  /** The greatest of the rows. */
  readonly lastRow: number;
}

/** Images with the features that most have, but for those set aside. @throws FoveaError `invalid` when none has any. */
export function listMappedImages(db: Database): MappedImages {
  const set = findCommonFeatures(db);
  if (set === null) {
    throw new FoveaError(
      'invalid',
      'No image of this library has features yet, so there is nothing to map.',
      {
        todo: 'Import images while a backbone is there (“fovea doctor” says where it is looked for), or train once: features that are missing are then computed.',
      },
    );
  }
  return listImagesOf(db, set);
}

/** The same for features that are given. */
export function listImagesOf(db: Database, { featureKey, dims }: FeatureSet): MappedImages {
  const pairs = db
    .prepare<[string], [number, number]>(
      `SELECT image_id, row FROM feature_rows WHERE feature_key = ?
         AND image_id NOT IN (SELECT image_id FROM excluded_images) ORDER BY image_id`,
    )
    .raw()
    .all(featureKey);
  return {
    ...{ featureKey, dims },
    imageIds: Uint32Array.from(pairs, ([imageId]) => imageId),
    rows: Uint32Array.from(pairs, ([, row]) => row),
    lastRow: pairs.reduce((last, [, row]) => Math.max(last, row), -1),
  };
}

/** Does something with the features of images, which are checked as they are read. */
export async function withFeatures<Result>(
  libraryFolder: string,
  { featureKey, dims, rows }: Pick<MappedImages, 'featureKey' | 'dims' | 'rows'>,
  work: (source: RowSource) => Promise<Result>,
): Promise<Result> {
  const store = await openFeatureStore(libraryFolder, featureKey, dims);
  try {
    return await work({
      n: rows.length,
      dims,
      read: async (places) => {
        const values = await store.readRows(places.map((place) => rows[place]!));
        requireFinite(values, dims, `${featureKey}.f32`);
        return values;
      },
    });
  } finally {
    await store.close();
  }
}
