import type { Classified, EngineReport, FromClassifier, ToClassifier } from './classifierProtocol.ts';

interface Waiting {
  readonly resolve: (result: Classified) => void;
  readonly reject: (error: Error) => void;
}

/** The classifier in its worker, so that scrolling stays smooth while it works. */
export class ClassifierClient {
  readonly #worker = new Worker(new URL('./classifier.worker.ts', import.meta.url), { type: 'module' });
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  /** Loads engine and model from the folder of the page. Rejects with a sentence when that cannot be done. */
  async load(base: string): Promise<EngineReport> {
    return await new Promise((resolve, reject) => {
      this.#worker.onerror = (event) => reject(new Error(event.message || 'The worker could not start.'));
      this.#worker.onmessage = ({ data }: MessageEvent<FromClassifier>) => {
        if (data.kind === 'loaded') resolve(data.engine);
        else if (data.kind === 'failed') reject(new Error(data.sentence));
        else this.#settle(data);
      };
      this.#send({ kind: 'load', base });
    });
  }

  /** Probabilities of one picture. Rejects with a sentence when it cannot be read. */
  async classify(picture: Blob, thumbnail: boolean): Promise<Classified> {
    const id = this.#nextId++;
    return await new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ kind: 'classify', id, picture, thumbnail });
    });
  }

  #settle(answer: Extract<FromClassifier, { id: number }>): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.kind === 'classified') waiting?.resolve(answer.result);
    else waiting?.reject(new Error(answer.sentence));
  }

  #send(message: ToClassifier): void {
    this.#worker.postMessage(message);
  }
}
