import type { SplitPart } from '../../../shared/images.ts';
import { PART_CODES } from './trainingData.ts';
import type { TrainerInput } from './trainerProtocol.ts';
import type { TrainingClass } from './trainingSet.ts';

/** A labelled image with its place in the split. */
export interface PlacedImage {
  readonly imageId: number;
  readonly classId: number;
  readonly part: SplitPart;
  /** The independent unit for intervals. */
  readonly unit: number;
}

/** The images of a training as typed arrays, one entry per image that has features. */
export interface LaidOut extends Pick<TrainerInput, 'rows' | 'labels' | 'parts' | 'units' | 'classNames'> {
  readonly imageIds: Uint32Array;
}

/**
 * Lays labelled images beside the rows of their features, as the trainer reads them: one entry per image that has
 * features, unlabelled ones included, since the model says something of every image.
 */
export function layOutForTrainer(
  images: readonly PlacedImage[],
  classes: readonly TrainingClass[],
  features: { readonly imageIds: Uint32Array; readonly rows: Uint32Array },
): LaidOut {
  const count = features.imageIds.length;
  const byId = new Map(images.map((image) => [image.imageId, image]));
  const indexOf = new Map(classes.map(({ classId }, index) => [classId, index]));
  const labels = new Int32Array(count).fill(-1);
  const parts = new Uint8Array(count).fill(PART_CODES.none);
  const units = new Int32Array(count);
  features.imageIds.forEach((imageId, index) => {
    const image = byId.get(imageId);
    if (image === undefined) return;
    labels[index] = indexOf.get(image.classId) ?? -1;
    parts[index] = PART_CODES[image.part];
    units[index] = image.unit;
  });
  return {
    imageIds: features.imageIds,
    rows: features.rows,
    labels,
    parts,
    units,
    classNames: classes.map(({ name }) => name),
  };
}
