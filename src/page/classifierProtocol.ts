/** What the page asks of its classifier worker. */
export type ToClassifier =
  | { readonly kind: 'load'; readonly base: string }
  | { readonly kind: 'classify'; readonly id: number; readonly picture: Blob; readonly thumbnail: boolean };

/** What the worker answers. */
export type FromClassifier =
  | { readonly kind: 'loaded'; readonly engine: EngineReport }
  | { readonly kind: 'failed'; readonly sentence: string }
  | { readonly kind: 'classified'; readonly id: number; readonly result: Classified }
  | { readonly kind: 'refused'; readonly id: number; readonly sentence: string };

export interface EngineReport {
  readonly name: string;
  /** False when the fast engine could not start and a slow one took its place. */
  readonly fast: boolean;
}

export interface Classified {
  /** One calibrated probability per class, in the model's order. */
  readonly probabilities: Float32Array;
  /** A small JPEG to show, when it was asked for. */
  readonly thumbnail: Blob | null;
}
