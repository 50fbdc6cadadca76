import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { findCommonFeatures } from '../features/commonFeatures.ts';
import {
  listUsedClasses,
  readLabelledImages,
  type LabelledImage,
  type TrainingClass,
} from '../training/trainingSet.ts';

/** The features that most images have, and the row of each image in their file. */
export interface UsedFeatures {
  readonly featureKey: string;
  readonly dims: number;
  readonly rowOf: ReadonlyMap<number, number>;
}

/** Labelled images that have features, with their classes and rows side by side. */
export interface LearningSet {
  readonly images: readonly LabelledImage[];
  /** `[images.length]` indices into `classes`. */
  readonly labels: Int32Array;
  /** `[images.length]` rows of the feature file. */
  readonly rows: Uint32Array;
  readonly classes: readonly TrainingClass[];
  readonly featureKey: string;
  readonly dims: number;
}

/** @throws FoveaError `invalid` when no image has features. */
export function chooseFeatures(db: Database): UsedFeatures {
  const found = findCommonFeatures(db);
  if (found === null) {
    throw new FoveaError('invalid', 'No image of this library has features yet, so none can be compared.', {
      todo: 'Import images while a backbone is there (“fovea doctor” says where it is looked for), or train once: features that are missing are then computed.',
    });
  }
  const pairs = db
    .prepare<[string], [number, number]>('SELECT image_id, row FROM feature_rows WHERE feature_key = ?')
    .raw()
    .all(found.featureKey);
  return { featureKey: found.featureKey, dims: found.dims, rowOf: new Map(pairs) };
}

/** @throws FoveaError `invalid` when no image has features. */
export function readLearningSet(db: Database): LearningSet {
  const { featureKey, dims, rowOf } = chooseFeatures(db);
  const classes = listUsedClasses(db);
  const indexOf = new Map(classes.map(({ classId }, index) => [classId, index]));
  const images = readLabelledImages(db).filter(({ imageId }) => rowOf.has(imageId));
  return {
    images,
    labels: Int32Array.from(images, ({ classId }) => indexOf.get(classId)!),
    rows: Uint32Array.from(images, ({ imageId }) => rowOf.get(imageId)!),
    ...{ classes, featureKey, dims },
  };
}
