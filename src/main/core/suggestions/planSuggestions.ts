import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import type { SplitPart } from '../../../shared/images.ts';
import type { QueueName } from '../../../shared/suggestions.ts';
import { createRandom } from '../math/random.ts';
import { listUsedClasses, type TrainingClass } from '../training/trainingSet.ts';
import { chooseFeatures, type UsedFeatures } from './learningSet.ts';
import { drawLibraryParts, listJudgedElsewhere, type PartedImage } from './libraryParts.ts';

/** More candidates than this are drawn from: choosing among 20,000 is as good and a tenth of the work. */
const MOST_CANDIDATES = 20_000;
/** Labelled images beyond this change no choice. */
const MOST_LABELLED = 10_000;

export interface SuggestionPlan {
  readonly features: UsedFeatures;
  readonly classes: readonly TrainingClass[];
  /** May be chosen. */
  readonly candidates: readonly PartedImage[];
  /** May be learnt from. */
  readonly labelled: readonly PartedImage[];
  /** Labelled images of the test part: a head is judged by them and nothing else is done with them. */
  readonly judged: readonly PartedImage[];
  /** Unlabelled images of each part. */
  readonly open: Readonly<Record<SplitPart, number>>;
  readonly added: readonly { readonly imageId: number; readonly part: SplitPart }[];
  readonly excluded: readonly number[];
}

/**
 * Who may be chosen for a queue. What teaches comes from the training part alone, and never from what another split
 * judges by; what measures comes from the test and validation parts.
 * @throws FoveaError `invalid` when there are no features, or nothing is left to choose.
 */
export function planSuggestions(
  db: Database,
  splitId: number,
  queue: QueueName,
  seed: number,
): SuggestionPlan {
  const features = chooseFeatures(db);
  const classes = listUsedClasses(db);
  const { images, added, excluded } = drawLibraryParts(db, splitId);
  const open = { train: 0, validation: 0, test: 0 };
  for (const { classId, part } of images) if (classId === null) open[part] += 1;
  const judgedElsewhere = listJudgedElsewhere(db, splitId);
  const isFor = ({ imageId, part }: PartedImage): boolean =>
    queue === 'measure' ? part !== 'train' : part === 'train' && !judgedElsewhere.has(imageId);
  const random = createRandom(seed);
  const present = images.filter(({ imageId }) => features.rowOf.has(imageId));
  const candidates = present.filter((image) => image.classId === null && isFor(image));
  if (candidates.length === 0) throw nothingLeft(queue, open, images.length);
  const labelled = present.filter(({ classId, part }) => classId !== null && part === 'train');
  const judged = present.filter(({ classId, part }) => classId !== null && part === 'test');
  return {
    ...{ features, classes, open, added, excluded },
    candidates: draw(candidates, MOST_CANDIDATES),
    labelled: draw(labelled, MOST_LABELLED),
    judged: draw(judged, MOST_LABELLED),
  };

  function draw(list: readonly PartedImage[], most: number): readonly PartedImage[] {
    if (list.length <= most) return list;
    return random
      .shuffle([...list])
      .slice(0, most)
      .sort((a, b) => a.imageId - b.imageId);
  }
}

function nothingLeft(queue: QueueName, open: SuggestionPlan['open'], images: number): FoveaError {
  if (images === 0) {
    return new FoveaError('invalid', 'This library has no images yet.', {
      todo: 'Import a folder of images first.',
    });
  }
  const others = queue === 'teach' ? open.test + open.validation : open.train;
  if (others === 0 && open.train + open.test + open.validation === 0) {
    return new FoveaError('invalid', 'Every image is labelled: there is nothing left to suggest.', {
      todo: 'Import more images, or look for wrong labels under “Label quality”.',
    });
  }
  return queue === 'teach'
    ? new FoveaError('invalid', 'Every image of the training part is labelled or has no features.', {
        todo: `Import more images. ${others} unlabelled images are kept for measuring: the other queue offers them.`,
      })
    : new FoveaError('invalid', 'Every image that measures is labelled or has no features.', {
        todo: 'Import more images to measure more precisely.',
      });
}
