/** Two models on the images that both were tested on; differences are second minus first. */
export interface ModelComparison {
  readonly first: ComparedModel;
  readonly second: ComparedModel;
  /** Images in the test part of both, with a label today. */
  readonly images: number;
  /** Independent units among them: groups when there are any, else contents. */
  readonly units: number;
  readonly grouped: boolean;
  /** Null when there is no such image. */
  readonly result: {
    readonly difference: number;
    /** 95 %, paired bootstrap over units. */
    readonly interval: readonly [number, number];
    readonly bothRight: number;
    readonly onlyFirst: number;
    readonly onlySecond: number;
    readonly bothWrong: number;
    /** Of the exact McNemar test. */
    readonly mcnemar: number;
  } | null;
  /** What a reader must know of these figures. */
  readonly notes: readonly string[];
}

export interface ComparedModel {
  readonly modelId: string;
  readonly name: string;
  /** Images in its test part. */
  readonly tested: number;
  /** On the common images; null when there are none. */
  readonly accuracy: number | null;
}

/** "better by 1.8 points [0.4, 3.1]": what the second model is beside the first. */
export function sayComparison({ result, images }: ModelComparison): string {
  if (result === null) return 'cannot be compared: no image was in the test part of both';
  const points = (share: number): string => (100 * share).toFixed(1).replace('-', '−');
  const interval = `[${points(result.interval[0])}, ${points(result.interval[1])}]`;
  if (result.interval[0] > 0) return `better by ${points(result.difference)} points ${interval}`;
  if (result.interval[1] < 0) {
    const [low, high] = result.interval;
    return `worse by ${points(-result.difference)} points [${points(-high)}, ${points(-low)}]`;
  }
  const sign = result.difference > 0 ? '+' : '';
  return `no difference that ${images} images could show: ${sign}${points(result.difference)} points ${interval}`;
}

/** A model that was deleted and can be brought back. */
export interface DeletedModel {
  readonly modelId: string;
  readonly name: string;
  readonly deletedAt: number;
  readonly bytes: number;
}
