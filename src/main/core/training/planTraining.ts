import type { Database } from 'better-sqlite3';
import type { SplitProof } from '../../../shared/training.ts';
import { checkClassCounts } from '../evaluation/classCounts.ts';
import { checkParts } from '../evaluation/partCounts.ts';
import { drawSplit } from '../evaluation/split.ts';
import { proveSplit } from '../evaluation/splitProof.ts';
import { readFeatureRows } from '../features/imageFeatures.ts';
import { listModelImages } from '../models/store.ts';
import { layOutForTrainer, type LaidOut, type PlacedImage } from './layOutForTrainer.ts';
import {
  fingerprintSet,
  listUsedClasses,
  readLabelledImages,
  readSplitMembers,
  type SplitSettings,
  type TrainingClass,
} from './trainingSet.ts';

/** Everything a training starts from, taken from the library at one moment. */
export interface TrainingPlan extends LaidOut {
  readonly classes: readonly TrainingClass[];
  /** The labelled images and their places, for the model's own record. */
  readonly placed: readonly PlacedImage[];
  readonly excluded: readonly number[];
  readonly proof: SplitProof;
  /** SHA-256 of what was used; see fingerprintSet. */
  readonly fingerprint: string;
  readonly warnings: readonly string[];
}

export interface PlanRequest {
  readonly splitId: number;
  readonly settings: SplitSettings;
  readonly featureKey: string;
}

/**
 * Reads the labelled images, judges whether they suffice, extends the split and proves it.
 * Throws `invalid` naming the classes that are too small.
 */
export function planTraining(db: Database, { splitId, settings, featureKey }: PlanRequest): TrainingPlan {
  const images = readLabelledImages(db);
  const classes = listUsedClasses(db);
  const names = classes.map(({ name }) => name);
  const indexOf = new Map(classes.map(({ classId }, index) => [classId, index]));
  const candidates = images.map(({ imageId, classId, units }) => ({
    imageId,
    classIndex: indexOf.get(classId) ?? 0,
    units,
  }));
  const { warnings } = checkClassCounts(candidates, names);
  const drawn = drawSplit({ images: candidates, ...settings, existing: readSplitMembers(db, splitId) });
  const { assignments, unitOf, excluded } = drawn;
  const parts = checkParts(candidates, assignments, names);
  const placed = images.flatMap(({ imageId, classId }) => {
    const part = assignments.get(imageId);
    return part === undefined ? [] : [{ imageId, classId, part, unit: unitOf.get(imageId) ?? 0 }];
  });
  return {
    ...layOutForTrainer(placed, classes, readFeatureRows(db, featureKey)),
    classes,
    placed,
    excluded,
    proof: proveSplit({ images: candidates, parts: assignments, excluded: excluded.length, ...settings }),
    fingerprint: fingerprintSet(images, classes, assignments),
    warnings: [...warnings, ...parts.warnings],
  };
}

/** The same layout for a model that was trained before, with its labels and parts as they were then. */
export function layOutModel(
  db: Database,
  modelId: string,
  classes: readonly TrainingClass[],
  featureKey: string,
): LaidOut {
  const units = new Map(
    readLabelledImages(db).map((image) => [image.imageId, image.units[1] ?? image.units[0]]),
  );
  const unitIds = new Map<string, number>();
  const placed = listModelImages(db, modelId).map((image) => {
    const unit = units.get(image.imageId) ?? `image ${image.imageId}`;
    if (!unitIds.has(unit)) unitIds.set(unit, unitIds.size);
    return { ...image, unit: unitIds.get(unit)! };
  });
  return layOutForTrainer(placed, classes, readFeatureRows(db, featureKey));
}
