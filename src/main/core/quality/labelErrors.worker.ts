import { FoveaError, throwIfCancelled } from '../../../shared/errors.ts';
import { openFeatureStore } from '../features/featureStore.ts';
import { openLibraryView, type ViewedLibrary } from '../library/libraryView.ts';
import { buildFeatureSpace, takeRows, type FeatureSpace } from '../suggestions/featureSpace.ts';
import { readLearningSet, type LearningSet } from '../suggestions/learningSet.ts';
import { normaliseRows } from '../suggestions/neighbourGraph.ts';
import { loadEngine } from '../training/engines.ts';
import { requireFinite } from '../training/readFeatures.ts';
import { serveWorker, type CallContext } from '../workers/serveWorker.ts';
import { predictOutOfFold } from './predictOutOfFold.ts';
import { rankLabelErrors } from './rankLabelErrors.ts';

export interface FoundError {
  readonly imageId: number;
  readonly classId: number;
  readonly suggestedClassId: number;
  readonly confidence: number;
  readonly suggestedShare: number;
  readonly ownNeighbours: readonly number[];
  readonly otherNeighbours: readonly number[];
}

export interface FoundErrors {
  readonly checked: number;
  readonly errors: readonly FoundError[];
}

const SEED = 1;
/** Labelled images below which folds say nothing. */
const FEWEST = 20;
/** Neighbours are looked up for so many of the least believable; nobody reads further. */
const WITH_NEIGHBOURS = 300;
const NEIGHBOURS = 4;

async function findLabelErrors(view: ViewedLibrary, { signal, note }: CallContext): Promise<FoundErrors> {
  const set = readSet(view);
  const { images, labels, classes } = set;
  if (images.length < FEWEST || classes.length < 2) {
    throw new FoveaError(
      'invalid',
      `Labels are checked against one another, and there are ${images.length} of ${classes.length} classes.`,
      { todo: `Label at least ${FEWEST} images of 2 classes first.` },
    );
  }
  const { tf } = await loadEngine('auto');
  const store = await openFeatureStore(view.folder, set.featureKey, set.dims);
  const features = await store.readRows(set.rows).finally(() => store.close());
  requireFinite(features, set.dims, set.featureKey);
  throwIfCancelled(signal);
  const space = buildFeatureSpace(tf, features, set.dims, SEED);
  const units = images.map((image) => image.units[1] ?? image.units[0]!);
  const probabilities = await predictOutOfFold(tf, space, labels, units, classes.length, {
    seed: SEED,
    onFold: (done, total) => {
      throwIfCancelled(signal);
      note({ done, total });
    },
  });
  const doubts = rankLabelErrors(probabilities, labels, classes.length);
  const unit = { ...space, points: normaliseRows(space.points.slice(), space.dims) };
  const errors = doubts.map(({ row, suggested, confidence, suggestedShare }, i) => {
    const near = (label: number): number[] =>
      i < WITH_NEIGHBOURS ? findNearest(unit, labels, row, label).map((each) => images[each]!.imageId) : [];
    return {
      imageId: images[row]!.imageId,
      classId: classes[labels[row]!]!.classId,
      suggestedClassId: classes[suggested]!.classId,
      ...{ confidence, suggestedShare },
      ownNeighbours: near(labels[row]!),
      otherNeighbours: near(suggested),
    };
  });
  return { checked: images.length, errors };
}

function readSet(view: ViewedLibrary): LearningSet {
  const library = openLibraryView(view);
  try {
    return readLearningSet(library.db);
  } finally {
    library.close();
  }
}

/** The rows of one class most similar to a row, by cosine; `space` holds rows of length 1. */
function findNearest(space: FeatureSpace, labels: Int32Array, row: number, label: number): number[] {
  const own = takeRows(space, [row]);
  const best: { row: number; similarity: number }[] = [];
  for (let other = 0; other < space.n; other++) {
    if (other === row || labels[other] !== label) continue;
    let similarity = 0;
    for (let j = 0; j < space.dims; j++) similarity += own[j]! * space.points[other * space.dims + j]!;
    if (best.length === NEIGHBOURS && similarity <= best.at(-1)!.similarity) continue;
    best.push({ row: other, similarity });
    best.sort((a, b) => b.similarity - a.similarity);
    best.length = Math.min(best.length, NEIGHBOURS);
  }
  return best.map((each) => each.row);
}

serveWorker({ findLabelErrors });
