import path from 'node:path';
import { FoveaError } from '../../../shared/errors.ts';
import type { ExportResult, ExportTarget } from '../../../shared/exports.ts';
import { sideOf, type ModelCard } from '../../../shared/training.ts';
import { findOriginal } from '../images/originals.ts';
import type { JobContext } from '../jobs/jobQueue.ts';
import type { Library } from '../library/library.ts';
import { createRandom } from '../math/random.ts';
import { findModel } from '../models/store.ts';
import { loadForUse } from '../predictions/loadForUse.ts';
import { isEnsemble } from '../training/recipeFeatures.ts';
import { exportWeb } from './exportWeb.ts';
import type { ParityPicture } from './parityFiles.ts';
import { drawParityPictures } from './parityPictures.ts';

export interface ExportParams {
  readonly modelId: string;
  readonly target: ExportTarget;
  /** Where to write; the library's own exports folder when absent. */
  readonly folder?: string | undefined;
}

/** How many images of the library an export carries to be checked against. */
const PARITY_IMAGES = 20;

/** The page as the build leaves it, relative to this file. */
const PAGE_FOLDER = path.resolve(import.meta.dirname, '..', '..', '..', '..', 'out', 'page');

/** The export job: writes a model for use without the studio, checked on images of the library. */
export async function runExportJob(params: ExportParams, context: JobContext): Promise<ExportResult> {
  const { library, signal, report } = context;
  const card = findModel(library.db, params.modelId);
  if (isEnsemble(card.recipe)) {
    throw new FoveaError(
      'unsupported',
      'A model of several networks or views cannot be exported: the page runs one network on one view, and would give other answers.',
      {
        subject: card.name,
        todo: 'Export a one-click or paper model; this one predicts with “fovea predict”.',
      },
    );
  }
  const folder = params.folder ?? path.join(library.folder, 'exports', `${card.modelId}-${params.target}`);
  const { head, graph } = await loadForUse(library, card.modelId);
  report({ phase: 'pictures for the check', done: 0, total: 3 });
  const parity = await gatherParity(library, card, signal);
  report({ phase: 'writing and checking', done: 1, total: 3 });
  const {
    files,
    bytes,
    parity: checked,
  } = await exportWeb({
    card,
    head,
    backboneFolder: graph.networkFolder,
    parity,
    outDir: folder,
    pageFolder: PAGE_FOLDER,
    signal,
  });
  return { folder, files, bytes, parity: checked };
}

/** A seeded sample of images with what the studio says of them; images whose originals are gone are passed over. */
async function gatherParity({ db }: Library, card: ModelCard, signal: AbortSignal): Promise<ParityPicture[]> {
  const candidates = db
    .prepare<[string], number>('SELECT image_id FROM predictions WHERE model_id = ? ORDER BY image_id')
    .pluck()
    .all(card.modelId);
  createRandom(card.recipe.seed).shuffle(candidates);
  const predictionOf = db
    .prepare<[string, number], Buffer>(
      'SELECT probabilities FROM predictions WHERE model_id = ? AND image_id = ?',
    )
    .pluck();
  const pictures: ParityPicture[] = [];
  for (let next = 0; next < candidates.length && pictures.length < PARITY_IMAGES;) {
    const batch = candidates.slice(next, next + PARITY_IMAGES - pictures.length);
    next += batch.length;
    const originals = await Promise.all(batch.map((imageId) => findOriginal(db, imageId).catch(() => null)));
    const present = batch.flatMap((imageId, index) => {
      const file = originals[index]?.file;
      const probabilities = predictionOf.get(card.modelId, imageId);
      return file === undefined || probabilities === undefined ? [] : [{ file, probabilities }];
    });
    const drawn = await drawParityPictures(
      present.map(({ file }) => file),
      sideOf(card.recipe),
      signal,
    );
    present.forEach(({ probabilities }, index) => {
      const png = drawn[index];
      if (png === null || png === undefined) return;
      pictures.push({ png, probabilities: [...new Float32Array(new Uint8Array(probabilities).buffer)] });
    });
  }
  if (pictures.length === 0) {
    throw new FoveaError(
      'not_found',
      'None of the library’s original pictures is in its place, so the export cannot be checked.',
      {
        todo: 'Connect the drive that holds them, then export again.',
      },
    );
  }
  return pictures;
}
