/** How images are chosen for labelling; `default` switches by itself. */
export const STRATEGY_NAMES = ['default', 'random', 'margin', 'entropy', 'cluster', 'diverse'] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];

/** What a batch is for: images that teach, never of the test part, or random images that only measure. */
export const QUEUE_NAMES = ['teach', 'measure'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/** An image proposed for labelling. */
export interface Suggestion {
  readonly imageId: number;
  readonly path: string;
  /** One sentence. */
  readonly reason: string;
  /** What chose it. */
  readonly strategy: string;
  /** Number of its cluster within the batch; null where none were made. */
  readonly cluster: number | null;
  /** Difference of its two highest probabilities; null while there is no head. */
  readonly margin: number | null;
}

/** An accuracy on randomly drawn images, with its 95 % interval. */
export interface MeasuredScore {
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  readonly images: number;
}

/** What further labels would bring, as far as the labels so far can tell. */
export interface StoppingAdvice {
  /** Expected rise of the accuracy by the next `labels` labels, with a range; null where there is too little to go by. */
  readonly gain: {
    readonly labels: number;
    readonly mean: number;
    readonly low: number;
    readonly high: number;
  } | null;
  /** Labels and the accuracy reached with so many of them. */
  readonly curve: readonly (readonly [labels: number, accuracy: number])[];
  /** The class whose labels would help most; null where none stands out. */
  readonly classId: number | null;
  /** In words. */
  readonly sentences: readonly string[];
}

export interface SuggestionBatch {
  readonly batchId: number;
  readonly createdAt: number;
  readonly queue: QueueName;
  readonly strategy: StrategyName;
  /** What the strategy came down to, and one sentence why. */
  readonly used: string;
  readonly why: string;
  readonly seed: number;
  readonly modelId: string | null;
  /** Labels known when it was made. */
  readonly labels: number;
  /** How well a head on these labels did on the labelled images of the test part. */
  readonly score: MeasuredScore | null;
  readonly advice: StoppingAdvice | null;
  /** How many more random test images would bring the interval to ± 2 points; null for a batch that teaches. */
  readonly measureMore: number | null;
  readonly images: readonly (Suggestion & { readonly sha256: string; readonly classId: number | null })[];
}

/** One line of the library's own history. */
export interface BatchSummary {
  readonly batchId: number;
  readonly createdAt: number;
  readonly queue: QueueName;
  readonly strategy: StrategyName;
  readonly used: string;
  readonly labels: number;
  readonly score: MeasuredScore | null;
  readonly images: number;
  /** How many of them carry a label now. */
  readonly labelled: number;
}
