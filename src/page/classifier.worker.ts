import type { FromClassifier, ToClassifier } from './classifierProtocol.ts';
import { decodePicture, drawThumbnail, readPixels, UnreadablePicture } from './decodePicture.ts';
import { loadClassifier } from './model.ts';
import type { Classifier } from './model.ts';

/** The two things a worker does with its page; the DOM's own types describe a window instead. */
interface Scope {
  onmessage: ((event: MessageEvent<ToClassifier>) => void) | null;
  postMessage(message: FromClassifier): void;
}

const scope = globalThis as unknown as Scope;
let classifier: Classifier | undefined;

async function load(base: string): Promise<void> {
  try {
    classifier = await loadClassifier(base);
    scope.postMessage({ kind: 'loaded', engine: classifier.engine });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    scope.postMessage({ kind: 'failed', sentence: `The model could not be loaded: ${reason}` });
  }
}

async function classify(id: number, picture: Blob, wantsThumbnail: boolean): Promise<void> {
  try {
    if (classifier === undefined) throw new UnreadablePicture('The model is not loaded yet.');
    const bitmap = await decodePicture(picture);
    try {
      const probabilities = await classifier.classify(readPixels(bitmap));
      const thumbnail = wantsThumbnail ? await drawThumbnail(bitmap) : null;
      scope.postMessage({ kind: 'classified', id, result: { probabilities, thumbnail } });
    } finally {
      bitmap.close();
    }
  } catch (error) {
    const sentence =
      error instanceof UnreadablePicture ? error.message : 'The browser could not classify this picture.';
    scope.postMessage({ kind: 'refused', id, sentence });
  }
}

/** One picture at a time: two large photographs at once could exhaust a tab's memory. */
let queue = Promise.resolve();

scope.onmessage = ({ data }) => {
  queue = queue.then(() =>
    data.kind === 'load' ? load(data.base) : classify(data.id, data.picture, data.thumbnail),
  );
};
