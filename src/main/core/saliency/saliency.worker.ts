import { readFile } from 'node:fs/promises';
import { FoveaError } from '../../../shared/errors.ts';
import { resizeBilinear } from '../../../shared/resize.ts';
import type { SaliencyMethod } from '../../../shared/saliency.ts';
import { decodeImage } from '../images/decodeImage.ts';
import { RefusedFile } from '../images/refusedFile.ts';
import type { Head } from '../training/head.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import { openExplainer, SMOOTH_GRAD, type Explainer, type SaliencyMap } from './explainer.ts';
import { paintPicture, type PaintOptions } from './paintPicture.ts';
import { randomiseHead } from './randomiseHead.ts';

// Networks forward and backward on originals that come from anywhere: in a process that may be killed.

export interface SaliencyRequest {
  /** Folder of the backbone's layers model. */
  readonly backbone: string;
  readonly side: number;
  readonly head: Head;
  readonly file: string;
  readonly classIndex: number;
  readonly method: SaliencyMethod;
  /** A head that has learnt nothing in the place of the given one, to see what a map shows of itself. */
  readonly isControl: boolean;
}

export interface PaintRequest extends SaliencyRequest, PaintOptions {}

const CONTROL_SEED = 20181008;

let held: { readonly key: string; readonly explainer: Promise<Explainer> } | null = null;

/** One network at a time: people look at images of one model. */
async function explainerFor(backbone: string, side: number): Promise<Explainer> {
  const key = `${side} ${backbone}`;
  if (held?.key !== key) {
    const before = held;
    held = { key, explainer: openExplainer(backbone, side) };
    await before?.explainer.then((explainer) => explainer.close()).catch(() => undefined);
  }
  try {
    return await held.explainer;
  } catch (error) {
    held = null;
    throw error;
  }
}

async function explain(request: SaliencyRequest, signal: AbortSignal) {
  const { file, side, method, classIndex } = request;
  const picture = await decode(file);
  const pixels = resizeBilinear(picture.rgb, picture.width, picture.height, side, side);
  const explainer = await explainerFor(request.backbone, side);
  const head = request.isControl ? randomiseHead(request.head, CONTROL_SEED) : request.head;
  const map: SaliencyMap =
    method === 'class-map'
      ? await explainer.classMap(head, pixels, classIndex)
      : await explainer.gradientTimesInput(head, pixels, classIndex, { ...SMOOTH_GRAD, signal });
  return { picture, map };
}

serveWorker({
  map: async (request: SaliencyRequest, { signal }): Promise<SaliencyMap> =>
    (await explain(request, signal)).map,

  paint: async (request: PaintRequest, { signal }): Promise<Uint8Array> => {
    const { picture, map } = await explain(request, signal);
    return paintPicture(picture, map, request);
  },
});

async function decode(file: string) {
  try {
    return await decodeImage(await readFile(file));
  } catch (error) {
    if (error instanceof RefusedFile) throw new FoveaError('unreadable', error.message, { subject: file });
    throw error;
  }
}
