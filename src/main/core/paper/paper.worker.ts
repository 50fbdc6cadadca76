import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { FeatureSpec } from '../../../shared/backbones.ts';
import type { PaperMap, PaperRun, PaperSaliency, PaperSplit } from '../../../shared/paper.ts';
import type { FromScratchRecipe, PaperRecipe } from '../../../shared/training.ts';
import { averageF1, averageRecall, countConfusion, measureClasses } from '../evaluation/confusion.ts';
import { readFeatureRows } from '../features/imageFeatures.ts';
import { readLayersModel } from '../features/readLayersModel.ts';
import { openLibraryView, type ViewedLibrary } from '../library/libraryView.ts';
import { createRandom } from '../math/random.ts';
import { argMax } from '../math/softmax.ts';
import { openCheckpoint } from '../training/checkpoint.ts';
import { loadEngine } from '../training/engines.ts';
import { fitFromScratch } from '../training/fitNetwork.ts';
import { applyHead } from '../training/head.ts';
import { requireNative } from '../training/nativeOnly.ts';
import { fitPaperHead } from '../training/paperHead.ts';
import { readFeatures } from '../training/readFeatures.ts';
import { defaultRecipe } from '../training/recipes.ts';
import { openPixels } from '../training/rowSource.ts';
import type { LabelledParts } from '../training/trainEpochs.ts';
import { PART_CODES } from '../training/trainingData.ts';
import { listUsedClasses, readLabelledImages } from '../training/trainingSet.ts';
import { serveWorker, type CallContext } from '../workers/serveWorker.ts';
import { drawMap } from './drawMap.ts';
import { drawSaliency } from './drawSaliency.ts';
import { CNN_SIDE, HEAD_EPOCHS, TEST_SHARE } from './paperFigures.ts';

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

/** Where features, or pictures, of the library's images are. */
export interface FeatureRequest extends RunRequest {
  readonly featureKey: string;
  readonly featureFile: string;
  readonly dims: number;
}

export interface HeadRequest extends FeatureRequest {
  readonly spec: FeatureSpec;
  readonly networkFolder: string;
  readonly wantsSaliency: boolean;
}

export interface CnnRequest extends FeatureRequest {
  readonly epochs: number;
  readonly checkpointFile: string;
  readonly wantsSaliency: boolean;
}

export type MapRequest = FeatureRequest & { readonly name: string };

/** A run with what its network looked at, where that was wanted. */
export interface RunPiece {
  readonly run: PaperRun;
  readonly saliency: readonly PaperSaliency[];
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

/** The labelled images that have a row of a set, and those rows. */
function readRows(db: Database, featureKey: string): { readonly set: Labelled; readonly rows: Uint32Array } {
  const stored = readFeatureRows(db, featureKey);
  const rowOf = new Map(Array.from(stored.imageIds, (imageId, at) => [imageId, stored.rows[at]!]));
  const set = readSet(db, new Set(rowOf.keys()));
  return { set, rows: Uint32Array.from(set.imageIds, (imageId) => rowOf.get(imageId)!) };
}

/** The parts of one run as a training takes them: the test part is looked at after each epoch, and chooses nothing. */
function watchTest(
  set: Labelled,
  { split, seed }: RunRequest,
): LabelledParts & { readonly test: Uint32Array } {
  const drawn = drawParts(set, split, seed);
  const parts = drawn.map((part) => (part === PART_CODES.test ? PART_CODES.validation : part));
  const { labels, classes } = set;
  return { labels, parts, classes: classes.length, test: listRows(drawn, PART_CODES.test) };
}

function describeRun(
  set: Labelled,
  test: Uint32Array,
  logitsOfTest: Float32Array,
  { seed, split }: RunRequest,
  facts: Pick<PaperRun, 'trainSeconds' | 'epochs' | 'curve'>,
) {
  const k = set.classes.length;
  const predicted = Int32Array.from(test, (_, i) => argMax(logitsOfTest, i * k, k));
  const labels = Int32Array.from(test, (row) => set.labels[row]!);
  const run: PaperRun = {
    ...{ seed, split, ...facts },
    images: { train: set.labels.length - test.length, test: test.length },
    ...measure(labels, predicted, set.classes),
  };
  const tested = Array.from(test, (row, i) => {
    return { imageId: set.imageIds[row]!, label: labels[i]!, predicted: predicted[i]! };
  });
  return { run, tested };
}

/** The paper's head: ten epochs, the last one kept; the test part chooses nothing. */
async function trainHeadOnce(request: HeadRequest, { signal }: CallContext): Promise<RunPiece> {
  const { spec, seed, featureFile, dims } = request;
  return withLibrary(request.view, async (db) => {
    const { set, rows } = readRows(db, request.featureKey);
    const { tf } = await loadEngine('auto');
    const features = await readFeatures(featureFile, dims, rows);
    const { test, ...watched } = watchTest(set, request);
    const recipe = { ...(defaultRecipe('paper', spec, seed) as PaperRecipe), epochs: HEAD_EPOCHS };
    const started = performance.now();
    const data = { ...watched, features, inputs: dims };
    const { head, curve } = await fitPaperHead(tf, data, recipe, { signal, keepsLast: true });
    const trainSeconds = (performance.now() - started) / 1000;
    const logits = applyHead(head, pickRows(features, dims, test), test.length);
    const facts = { trainSeconds, epochs: HEAD_EPOCHS, curve };
    const { run, tested } = describeRun(set, test, logits, request, facts);
    if (!request.wantsSaliency) return { run, saliency: [] };
    const model = await readLayersModel(request.networkFolder);
    const subject = { model, head, side: spec.resolution, tested, classes: set.classes };
    return { run, saliency: await drawSaliency(db, subject) };
  });
}

async function trainCnnOnce(request: CnnRequest, { signal, note }: CallContext): Promise<RunPiece> {
  const engine = await loadEngine('auto');
  requireNative(engine.info.name, 'from-scratch');
  return withLibrary(request.view, async (db) => {
    const { set, rows } = readRows(db, request.featureKey);
    const { test, ...watched } = watchTest(set, request);
    const pixels = await openPixels({ file: request.featureFile, dims: request.dims, rows });
    const { seed, epochs } = request;
    const recipe: FromScratchRecipe = {
      ...(defaultRecipe('from-scratch', { resolution: CNN_SIDE }, seed) as FromScratchRecipe),
      epochs,
      classWeights: 'none',
    };
    const started = performance.now();
    try {
      const { network, head, logits, curve } = await fitFromScratch(
        engine.tf,
        { ...watched, pixels },
        recipe,
        {
          ...{ signal, keepsLast: true, checkpoint: openCheckpoint(request.checkpointFile) },
          onProgress: (progress) => note({ ...progress, phase: `Simple_CNN, ${progress.phase}` }),
        },
      );
      const trainSeconds = (performance.now() - started) / 1000;
      const k = set.classes.length;
      const facts = { trainSeconds, epochs, curve };
      const { run, tested } = describeRun(set, test, pickRows(logits, k, test), request, facts);
      if (!request.wantsSaliency) return { run, saliency: [] };
      const subject = { model: network, head, side: CNN_SIDE, tested, classes: set.classes };
      return { run, saliency: await drawSaliency(db, subject) };
    } finally {
      await pixels.close();
    }
  });
}

function pickRows(values: Float32Array, columns: number, rows: Uint32Array): Float32Array {
  const own = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => own.set(values.subarray(row * columns, (row + 1) * columns), i * columns));
  return own;
}

async function mapFeatures(request: MapRequest, { signal }: CallContext): Promise<PaperMap> {
  const { set, rows } = await withLibrary(request.view, (db) => readRows(db, request.featureKey));
  const { dims } = request;
  const features = await readFeatures(request.featureFile, dims, rows);
  return drawMap(request.name, { features, dims, labels: set.labels }, signal);
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
  map: mapFeatures,
});
