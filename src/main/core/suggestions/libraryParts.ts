import type { Database } from 'better-sqlite3';
import type { SplitPart } from '../../../shared/images.ts';
import { readSplitUnits } from '../training/splitUnits.ts';
import { drawSplit } from '../evaluation/split.ts';
import { DEFAULT_SPLIT, listUsedClasses, readSplitMembers } from '../training/trainingSet.ts';

/** An image with its part, labelled or not. */
export interface PartedImage {
  readonly imageId: number;
  readonly path: string;
  /** null while it is unlabelled. */
  readonly classId: number | null;
  readonly part: SplitPart;
}

export interface LibraryParts {
  readonly images: readonly PartedImage[];
  /** Those whose part was drawn just now, and is to be saved. */
  readonly added: readonly { readonly imageId: number; readonly part: SplitPart }[];
  readonly excluded: readonly number[];
}

/**
 * The part of every image that is not excluded, labelled or not. Images that have none yet get one by group first, as
 * a training would: only then can a choice keep away from images that a model will be judged on. A part once given
 * stays, so that trainings find it.
 */
export function drawLibraryParts(db: Database, splitId: number): LibraryParts {
  const units = readSplitUnits(db);
  const indexOf = new Map(listUsedClasses(db).map(({ classId }, index) => [classId, index]));
  const rows = db
    .prepare<[], { imageId: number; path: string; sha256: string; classId: number | null }>(
      `SELECT i.image_id AS imageId, i.path, i.sha256, l.class_id AS classId FROM images i LEFT JOIN labels l USING (image_id)
       WHERE i.image_id NOT IN (SELECT image_id FROM excluded_images) ORDER BY i.image_id`,
    )
    .all();
  const existing = readSplitMembers(db, splitId);
  const { assignments, excluded } = drawSplit({
    images: rows.map(({ imageId, sha256, classId }) => ({
      imageId,
      // Those without a label are stratified as one class of their own.
      classIndex: classId === null ? indexOf.size : indexOf.get(classId)!,
      units: [`c:${sha256}`, ...(units.get(imageId) ?? [])],
    })),
    ...DEFAULT_SPLIT,
    existing,
  });
  const images = rows.flatMap(({ imageId, path, classId }) => {
    const part = assignments.get(imageId);
    return part === undefined ? [] : [{ imageId, path, classId, part }];
  });
  const added = images.filter(({ imageId }) => !existing.has(imageId));
  return { images, added, excluded };
}

/** Images that a model was or will be judged on by a split other than this one. */
export function listJudgedElsewhere(db: Database, splitId: number): Set<number> {
  return new Set(
    db
      .prepare<[number], number>(
        `SELECT DISTINCT image_id FROM split_members WHERE split_id <> ? AND part IN ('test', 'validation')`,
      )
      .pluck()
      .all(splitId),
  );
}
