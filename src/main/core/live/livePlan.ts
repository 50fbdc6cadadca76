import type { Database } from 'better-sqlite3';
import type { SplitPart } from '../../../shared/images.ts';
import { checkClassCounts } from '../evaluation/classCounts.ts';
import { checkParts } from '../evaluation/partCounts.ts';
import { drawSplit } from '../evaluation/split.ts';
import {
  DEFAULT_SPLIT,
  ensureSplit,
  listUsedClasses,
  readLabelledImages,
  readSplitMembers,
  saveSplitMembers,
  type TrainingClass,
} from '../training/trainingSet.ts';

/** A labelled image that a refit uses. */
export interface LiveImage {
  readonly imageId: number;
  readonly classIndex: number;
  readonly part: SplitPart;
  /** The independent unit: its group, or else itself. */
  readonly unit: string;
}

export interface LivePlan {
  readonly classes: readonly TrainingClass[];
  readonly images: readonly LiveImage[];
  readonly grouped: boolean;
}

/**
 * The labelled images in the parts of the split that trainings use by default, so that the test part stays unseen;
 * images that are new to it are placed and saved.
 * Throws `invalid` with what a person must label while there is too little.
 */
export async function planLive(db: Database): Promise<LivePlan> {
  const images = readLabelledImages(db);
  const classes = listUsedClasses(db);
  const names = classes.map(({ name }) => name);
  const indexOf = new Map(classes.map(({ classId }, index) => [classId, index]));
  const candidates = images.map(({ imageId, classId, units }) => ({
    imageId,
    classIndex: indexOf.get(classId) ?? 0,
    units,
  }));
  checkClassCounts(candidates, names);
  const splitId = ensureSplit(db, DEFAULT_SPLIT);
  const existing = readSplitMembers(db, splitId);
  const { assignments, excluded } = drawSplit({ images: candidates, ...DEFAULT_SPLIT, existing });
  checkParts(candidates, assignments, names);
  const placed = candidates.flatMap(({ imageId, classIndex, units }) => {
    const part = assignments.get(imageId);
    return part === undefined ? [] : [{ imageId, classIndex, part, unit: units[1] ?? units[0]! }];
  });
  const added = placed.filter(({ imageId }) => !existing.has(imageId));
  await saveSplitMembers(db, splitId, added, excluded);
  return { classes, images: placed, grouped: images.some(({ units }) => units.length > 1) };
}
