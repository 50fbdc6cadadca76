import type { Database } from 'better-sqlite3';
import type { ModelComparison } from '../../../shared/models.ts';
import { comparePaired } from '../evaluation/comparePaired.ts';
import { readLabelledImages } from '../training/trainingSet.ts';
import { findModel } from './store.ts';

/** Under this many common images a difference is hardly ever seen. */
const FEW_IMAGES = 50;
/** Under this many groups their bootstrap is rough. */
const FEW_GROUPS = 10;

interface CommonImage {
  readonly imageId: number;
  readonly first: number;
  readonly second: number;
  readonly firstTruth: number;
  readonly secondTruth: number;
}

/**
 * Compares what two models said of the images that stand in the test part of both, by the labels of today: no other
 * images were held out of both for certain. Images without a label today are left out and counted in a note.
 * Throws `not_found`.
 */
export function compareModels(db: Database, firstId: string, secondId: string): ModelComparison {
  const [first, second] = [findModel(db, firstId), findModel(db, secondId)];
  const labelled = new Map(readLabelledImages(db).map((image) => [image.imageId, image]));
  const common = listCommon(db, firstId, secondId);
  const used = common.filter(({ imageId }) => labelled.has(imageId));
  const unitIds = new Map<string, number>();
  const units = used.map(({ imageId }) => {
    const [content, group] = labelled.get(imageId)!.units;
    const unit = group ?? content!;
    if (!unitIds.has(unit)) unitIds.set(unit, unitIds.size);
    return unitIds.get(unit)!;
  });
  const isRight = (said: (image: CommonImage) => number): Uint8Array =>
    Uint8Array.from(used, (image) => (said(image) === labelled.get(image.imageId)!.classId ? 1 : 0));
  const grouped = first.split.grouped || second.split.grouped;
  const paired =
    used.length === 0
      ? null
      : comparePaired({
          first: isRight((image) => image.first),
          second: isRight((image) => image.second),
          units,
          grouped,
          seed: 1,
        });
  const tested = { first: first.test.images, second: second.test.images };
  const relabelled = used.filter((image) => {
    const { classId } = labelled.get(image.imageId)!;
    return image.firstTruth !== classId || image.secondTruth !== classId;
  }).length;
  return {
    first: {
      modelId: firstId,
      name: first.name,
      tested: tested.first,
      accuracy: paired?.accuracy.first ?? null,
    },
    second: {
      modelId: secondId,
      name: second.name,
      tested: tested.second,
      accuracy: paired?.accuracy.second ?? null,
    },
    images: used.length,
    units: unitIds.size,
    grouped,
    result:
      paired === null
        ? null
        : {
            difference: paired.difference,
            interval: paired.interval,
            ...paired.counts,
            mcnemar: paired.mcnemar,
          },
    notes: [
      ...noteParts(used.length, tested),
      ...(common.length > used.length
        ? [`${common.length - used.length} images of both test parts have no label today and were left out.`]
        : []),
      ...(relabelled > 0
        ? [`${relabelled} images have another label than when a model was tested; the label of today counts.`]
        : []),
      ...(grouped && used.length > 0
        ? [
            unitIds.size < FEW_GROUPS
              ? `The images come from only ${unitIds.size} groups, so the interval is rough.`
              : `The interval draws whole groups (${unitIds.size}); McNemar’s test takes images for independent and so is too sure of itself.`,
          ]
        : []),
      ...(used.length > 0 && used.length < FEW_IMAGES
        ? [`${used.length} images are few: only a large difference could be seen.`]
        : []),
    ],
  };
}

function noteParts(images: number, tested: { first: number; second: number }): string[] {
  if (images === tested.first && images === tested.second) return [];
  return [
    `Only images in the test part of both models count: ${images} of ${tested.first} and of ${tested.second}. ` +
      'The others were used by one of them to learn or to choose, or came later.',
  ];
}

function listCommon(db: Database, firstId: string, secondId: string): CommonImage[] {
  return db
    .prepare<[string, string], CommonImage>(
      `SELECT a.image_id AS imageId, p.class_id AS first, q.class_id AS second, a.class_id AS firstTruth,
         b.class_id AS secondTruth
       FROM model_images a JOIN model_images b USING (image_id)
       JOIN predictions p ON p.model_id = a.model_id AND p.image_id = a.image_id
       JOIN predictions q ON q.model_id = b.model_id AND q.image_id = b.image_id
       WHERE a.model_id = ? AND b.model_id = ? AND a.part = 'test' AND b.part = 'test' ORDER BY a.image_id`,
    )
    .all(firstId, secondId);
}
