import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { LIVE_MODEL_ID } from '../../../shared/live.ts';
import type { SaliencyMethod, SaliencyOffer } from '../../../shared/saliency.ts';
import { findOriginal } from '../images/originals.ts';
import { findImage } from '../images/store.ts';
import type { Library } from '../library/library.ts';
import { findModelInUse } from '../models/modelInUse.ts';
import { findModel, listModels } from '../models/store.ts';
import { loadForUse } from '../predictions/loadForUse.ts';
import { IdleWorker } from '../workers/idleWorker.ts';
import type { SaliencyMap } from './explainer.ts';
import type { PaintRequest, SaliencyRequest } from './saliency.worker.ts';

export interface SaliencyQuestion {
  readonly imageId: number;
  readonly modelId: string;
  readonly classId: number;
  readonly method: SaliencyMethod;
  readonly isControl?: boolean;
}

/** Finds which places of an image mattered to a model, in a worker process that leaves when it is not used. */
export class SaliencyMaker {
  readonly #worker = new IdleWorker(new URL('./saliency.worker.ts', import.meta.url), {
    timeLimitMs: 90_000,
    idleMs: 30_000,
  });

  /** The bare map. @throws FoveaError as `paint`. */
  async map(library: Library, question: SaliencyQuestion): Promise<SaliencyMap> {
    return this.#worker.call<SaliencyMap>('map', await prepare(library, question));
  }

  /**
   * A picture of the map: PNG to lay over the image, or JPEG of both.
   * @throws FoveaError `not_found` (image, its original, model, class), `unsupported`, `corrupt`, `unreadable`.
   */
  async paint(
    library: Library,
    question: SaliencyQuestion,
    how: Pick<PaintRequest, 'form' | 'maxSide'>,
  ): Promise<Uint8Array> {
    return this.#worker.call<Uint8Array>('paint', { ...(await prepare(library, question)), ...how });
  }

  close(): Promise<void> {
    return this.#worker.close();
  }
}

async function prepare(library: Library, question: SaliencyQuestion): Promise<SaliencyRequest> {
  const { db } = library;
  findImage(db, question.imageId, '');
  findModel(db, question.modelId);
  const { file } = await findOriginal(db, question.imageId);
  const { card, head, graph } = await loadForUse(library, question.modelId);
  if (graph.ensemble !== undefined) {
    throw new FoveaError('unsupported', 'Saliency is drawn for models of one network and one view only.', {
      subject: card.name,
      todo: 'Choose a one-click or paper model.',
    });
  }
  const classIndex = card.classes.findIndex(({ classId }) => classId === question.classId);
  if (classIndex < 0) {
    throw new FoveaError('not_found', 'The model does not know this class.', {
      subject: String(question.classId),
    });
  }
  return {
    backbone: graph.networkFolder,
    side: graph.side,
    head,
    file,
    classIndex,
    method: question.method,
    isControl: question.isControl ?? false,
  };
}

/**
 * Which model explains an image and what it said of it: the one asked for, else the one in use, else, where that is
 * the head that learns while a person labels, the newest trained one. @throws FoveaError `not_found`.
 */
export function offerSaliency(db: Database, imageId: number, wanted: string | undefined): SaliencyOffer {
  findImage(db, imageId, '');
  const inUse = wanted ?? findModelInUse(db);
  const modelId = inUse === LIVE_MODEL_ID || inUse === null ? listModels(db)[0]?.modelId : inUse;
  if (modelId === undefined) {
    throw new FoveaError('not_found', 'There is no trained model that could be asked.', {
      todo: 'Train one: it takes seconds.',
    });
  }
  const card = findModel(db, modelId);
  const said = db
    .prepare<[string, number], Buffer>(
      'SELECT probabilities FROM predictions WHERE model_id = ? AND image_id = ?',
    )
    .pluck()
    .get(modelId, imageId);
  const probabilityOf = (index: number): number | null =>
    said === undefined ? null : said.readFloatLE(4 * index);
  const classes = card.classes
    .map(({ classId, name }, index) => ({ classId, name, probability: probabilityOf(index) }))
    .sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0));
  return { modelId, modelName: card.name, predictedClassId: classes[0]!.classId, classes };
}
