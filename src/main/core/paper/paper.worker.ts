import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { FoveaError, throwIfCancelled } from '../../../shared/errors.ts';
import type { PaperRun, PaperSplit } from '../../../shared/paper.ts';
import type { FeatureSpec } from '../../../shared/backbones.ts';
import { resizeBilinear } from '../../../shared/resize.ts';
import { averageF1, averageRecall, countConfusion, measureClasses } from '../evaluation/confusion.ts';
import { readFeatureRows } from '../features/imageFeatures.ts';
import { decodeImage } from '../images/decodeImage.ts';
import { findOriginal } from '../images/originals.ts';
import { readBytes } from '../images/readContent.ts';
import { openLibraryView, type ViewedLibrary } from '../library/libraryView.ts';
import { createRandom } from '../math/random.ts';
import { argMax } from '../math/softmax.ts';
import { loadEngine } from '../training/engines.ts';
import { applyHead } from '../training/head.ts';
import { fitPaperHead } from '../training/paperHead.ts';
import { readFeatures } from '../training/readFeatures.ts';
import { defaultRecipe } from '../training/recipes.ts';
import { listUsedClasses, readLabelledImages } from '../training/trainingSet.ts';
import { PART_CODES } from '../training/trainingData.ts';
import type { PaperRecipe } from '../../../shared/training.ts';
import { serveWorker, type CallContext } from '../workers/serveWorker.ts';
import { CNN_SIDE, HEAD_EPOCHS, TEST_SHARE } from './paperFigures.ts';
import { trainSimpleCnn } from './simpleCnn.ts';

export interface PaperSet {
  readonly images: number;
  readonly classes: readonly string[];
  readonly grouped: boolean;
  /** Of contents and classes: other data make other pieces. */
  readonly fingerprint: string;
  readonly engine: string;
}

export interface RunRequest {
  readonly view: ViewedLibrary;
  readonly seed: number;
  readonly split: PaperSplit;
}

export interface HeadRequest extends RunRequest {
  readonly spec: FeatureSpec;
  readonly featureKey: string;
  readonly featureFile: string;
  readonly dims: number;
}

export interface CnnRequest extends RunRequest {
  readonly epochs: number;
  readonly checkpointFile: string;
}

interface Labelled {
  readonly imageIds: readonly number[];
  readonly labels: Int32Array;
  readonly groups: readonly string[];
  readonly classes: readonly string[];
  readonly fingerprint: string;
  readonly grouped: boolean;
}

function readSet(db: Database, only?: ReadonlySet<number>): Labelled {
  const images = readLabelledImages(db).filter(({ imageId }) => only?.has(imageId) ?? true);
  const classes = listUsedClasses(db);
  const indexOf = new Map(classes.map(({ classId }, index) => [classId, index]));
  const hash = createHash('sha256');
  for (const { sha256, classId } of images) hash.update(`${sha256} ${indexOf.get(classId)}\n`);
  return {
    imageIds: images.map(({ imageId }) => imageId),
    labels: Int32Array.from(images, ({ classId }) => indexOf.get(classId)!),
    groups: images.map(({ units }) => units[1] ?? units[0]!),
    classes: classes.map(({ name }) => name),
    fingerprint: hash.digest('hex').slice(0, 16),
    grouped: images.some(({ units }) => units.length > 1),
  };
}

async function withLibrary<Result>(
  view: ViewedLibrary,
  work: (db: Database) => Result | Promise<Result>,
): Promise<Result> {
  const library = openLibraryView(view);
  try {
    return await work(library.db);
  } finally {
    library.close();
  }
}

/** 80/20: whole groups, or single images, in seeded order until the test part has its share. */
function drawParts({ imageIds, groups }: Labelled, split: PaperSplit, seed: number): Uint8Array {
  const unitOf = split === 'grouped' ? groups : imageIds.map(String);
  const members = new Map<string, number[]>();
  unitOf.forEach((unit, at) => members.set(unit, [...(members.get(unit) ?? []), at]));
  const order = createRandom(seed).shuffle([...members.keys()]) as string[];
  const parts = new Uint8Array(imageIds.length).fill(PART_CODES.train);
  let wanted = Math.round(imageIds.length * TEST_SHARE);
  for (const unit of order) {
    if (wanted <= 0) break;
    for (const at of members.get(unit)!) parts[at] = PART_CODES.test;
    wanted -= members.get(unit)!.length;
  }
  return parts;
}

const listRows = (parts: Uint8Array, part: number): Uint32Array =>
  Uint32Array.from(parts.keys()).filter((at) => parts[at] === part);

function measure(labels: Int32Array, predicted: Int32Array, classes: readonly string[]) {
  const confusion = countConfusion(labels, predicted, classes.length);
  const perClass = measureClasses(confusion, classes);
  const shown = perClass.filter(({ support }) => support > 0);
  const right = labels.filter((label, i) => label === predicted[i]).length;
  return {
    accuracy: right / labels.length,
    precision: shown.reduce((sum, { precision }) => sum + (precision.value ?? 0) / shown.length, 0),
    recall: averageRecall(perClass),
    f1: averageF1(perClass),
  };
}

/** The paper's head: ten epochs, the last one kept; the test part chooses nothing. */
async function trainHeadOnce(request: HeadRequest, { signal }: CallContext): Promise<PaperRun> {
  const { spec, seed, split, featureKey, featureFile, dims } = request;
  const { set, rows } = await withLibrary(request.view, (db) => {
    const stored = readFeatureRows(db, featureKey);
    const rowOf = new Map(Array.from(stored.imageIds, (imageId, at) => [imageId, stored.rows[at]!]));
    const own = readSet(db, new Set(rowOf.keys()));
    return { set: own, rows: Uint32Array.from(own.imageIds, (imageId) => rowOf.get(imageId)!) };
  });
  const { tf } = await loadEngine('auto');
  const features = await readFeatures(featureFile, dims, rows);
  const parts = drawParts(set, split, seed);
  const test = listRows(parts, PART_CODES.test);
  const recipe = { ...(defaultRecipe('paper', spec, seed) as PaperRecipe), epochs: HEAD_EPOCHS };
  const started = performance.now();
  const data = { features, inputs: dims, labels: set.labels, parts, classes: set.classes.length };
  const { head, curve } = await fitPaperHead(tf, data, recipe, { signal });
  const trainSeconds = (performance.now() - started) / 1000;
  const own = new Float32Array(test.length * dims);
  test.forEach((row, i) => own.set(features.subarray(row * dims, (row + 1) * dims), i * dims));
  const logits = applyHead(head, own, test.length);
  const k = set.classes.length;
  const predicted = Int32Array.from(test, (_, i) => argMax(logits, i * k, k));
  return {
    ...{ seed, split, trainSeconds, epochs: HEAD_EPOCHS, curve },
    images: { train: set.labels.length - test.length, test: test.length },
    ...measure(
      Int32Array.from(test, (row) => set.labels[row]!),
      predicted,
      set.classes,
    ),
  };
}

async function trainCnnOnce(request: CnnRequest, { signal, note }: CallContext): Promise<PaperRun> {
  const engine = await loadEngine('auto');
  if (engine.info.name === 'wasm') {
    throw new FoveaError(
      'unsupported',
      'Simple_CNN needs native TensorFlow: wasm has no gradients of convolutions.',
      {
        todo: 'Run “fovea doctor”: it says how to get the native engine.',
      },
    );
  }
  const { set, pixels } = await withLibrary(request.view, async (db) => {
    const own = readSet(db);
    const size = CNN_SIDE * CNN_SIDE * 3;
    const decoded = new Uint8Array(own.imageIds.length * size);
    for (const [at, imageId] of own.imageIds.entries()) {
      throwIfCancelled(signal);
      const { rgb, width, height } = await decodeImage(
        await readBytes((await findOriginal(db, imageId)).file),
      );
      decoded.set(resizeBilinear(rgb, width, height, CNN_SIDE, CNN_SIDE), at * size);
      if (at % 100 === 0) note({ phase: 'decoding pictures', done: at, total: own.imageIds.length });
    }
    return { set: own, pixels: decoded };
  });
  const parts = drawParts(set, request.split, request.seed);
  const [train, test] = [listRows(parts, PART_CODES.train), listRows(parts, PART_CODES.test)];
  const started = performance.now();
  const data = { pixels, labels: set.labels, classes: set.classes.length, train, test };
  const { predicted, curve } = await trainSimpleCnn(engine.tf, data, {
    ...{ epochs: request.epochs, seed: request.seed, checkpointFile: request.checkpointFile, signal },
    onProgress: (done, total, points) => note({ phase: 'Simple_CNN', done, total, curve: points }),
  });
  return {
    ...{ seed: request.seed, split: request.split, epochs: request.epochs, curve },
    trainSeconds: (performance.now() - started) / 1000,
    images: { train: train.length, test: test.length },
    ...measure(
      Int32Array.from(test, (row) => set.labels[row]!),
      predicted,
      set.classes,
    ),
  };
}

serveWorker({
  describe: async ({ view }: { readonly view: ViewedLibrary }): Promise<PaperSet> => {
    const { info } = await loadEngine('auto');
    return withLibrary(view, (db) => {
      const { imageIds, classes, grouped, fingerprint } = readSet(db);
      const engine = `${info.name} ${info.version} on ${info.device}`;
      return { images: imageIds.length, classes, grouped, fingerprint, engine };
    });
  },
  head: trainHeadOnce,
  cnn: trainCnnOnce,
});
