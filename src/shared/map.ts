/** How a map is laid out. */
export interface MapParams {
  /** How many neighbours count as near; a third of the other images at most. */
  readonly perplexity: number;
  /** How much stronger neighbours attract in the first third of the iterations. */
  readonly exaggeration: number;
  readonly iterations: number;
  readonly seed: number;
  /** Where points begin: at their two widest directions, or at random. */
  readonly start: 'components' | 'random';
}

export const DEFAULT_MAP: MapParams = {
  perplexity: 30,
  exaggeration: 12,
  iterations: 750,
  seed: 1,
  start: 'components',
};

/** Fewer images make no map. */
export const FEWEST_MAPPED = 10;

export interface MapFigures {
  /** Kullback–Leibler divergence of the layout: less is better, and only maps of the same images compare. */
  readonly kl: number;
  /** 1 when neighbours on the map are neighbours in feature space. */
  readonly trustworthiness: number;
  /** The share of the ten nearest in feature space that are among the ten nearest on the map. */
  readonly recall10: number;
  /** Images that the two were measured on: all up to 20,000, a sample above. */
  readonly measuredOn: number;
  readonly seconds: { readonly pca: number; readonly neighbours: number; readonly layout: number };
}

export interface MapSummary {
  readonly mapId: number;
  readonly createdAt: number;
  readonly engine: 'wasm';
  readonly featureKey: string;
  readonly params: MapParams;
  readonly figures: MapFigures;
  /** Points, the placed ones included. */
  readonly images: number;
  /** Points that were placed afterwards, beside the others that stayed where they were; the last of the map's points. */
  readonly placed: number;
  /** Images that have the same features by now but are not on the map. */
  readonly unplaced: number;
}

/** A map that is being laid out. */
export interface LiveMap {
  readonly images: number;
  readonly iteration: number;
  readonly iterations: number;
}

/** Points of a map, as `GET /api/maps/ID/points` and `GET /api/maps/live/points` send them. */
export interface MapPoints {
  /** `[n] uint32` */
  readonly imageIds: Uint32Array;
  /** `[n, 2] float32` */
  readonly positions: Float32Array;
  /** How many of the last were placed afterwards. */
  readonly placed: number;
}

/** How well a group or root can be told from the features alone. */
export interface BatchEffect {
  readonly kind: 'group' | 'root';
  /** How many groups or roots were told apart, and on how many images. */
  readonly values: number;
  readonly images: number;
  /** Mean over them of the share told rightly, by models that never saw the image. */
  readonly accuracy: number;
  /** What guessing reaches, or knowing the class alone where that is more. */
  readonly chance: number;
  /** (accuracy − chance) / (1 − chance): 0 for nothing, 1 for told without fail. */
  readonly strength: number;
  /** From here on, classes and suggestions may follow the group instead of the tissue. */
  readonly warns: boolean;
}

/** One sentence on a batch effect, and a second where it is a warning. */
export function describeBatchEffect({ kind, values, accuracy, chance, warns }: BatchEffect): string {
  const what = kind === 'group' ? 'groups' : 'import folders';
  const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const told = `${values} ${what} can be told apart by their features alone in ${share(accuracy)} (chance: ${share(chance)}).`;
  if (!warns) return told;
  return `${told} Clusters and models may follow the ${kind === 'group' ? 'group' : 'folder'} instead of what the images show.`;
}

/** A dense part of a map, checked in feature space. */
export interface MapCluster {
  /** Its number in `GET /api/maps/ID/clusters/members`; 0 is the largest. */
  readonly cluster: number;
  readonly size: number;
  /** Its middle on the map. */
  readonly x: number;
  readonly y: number;
  /** Mean silhouette of its images in feature space, −1 … 1. */
  readonly silhouette: number;
  /** Whether its images are nearer to each other than to any other cluster in feature space, too. */
  readonly holdsTogether: boolean;
  /** Up to 9 image ids, nearest to its middle in feature space first. */
  readonly typical: readonly number[];
  /** Up to 9 image ids, farthest first. */
  readonly odd: readonly number[];
  /** Labels inside, most frequent first. */
  readonly classes: readonly ClassShare[];
  /** What the model in use says of its images. */
  readonly predictions: readonly ClassShare[];
  readonly labelled: number;
  /** The share of the most frequent class among the labelled; null while none is. */
  readonly purity: number | null;
}

export interface ClassShare {
  readonly classId: number;
  readonly images: number;
}

export interface MapClusters {
  readonly granularity: number;
  readonly clusters: readonly MapCluster[];
  /** Images in no cluster: between dense parts. */
  readonly outliers: number;
}

const HEADER_WORDS = 2;

/** Little endian: number of points, number placed, then the ids, then the positions. */
export function packMapPoints({ imageIds, positions, placed }: MapPoints): Uint8Array<ArrayBuffer> {
  const n = imageIds.length;
  const bytes = new ArrayBuffer(4 * (HEADER_WORDS + 3 * n));
  new Uint32Array(bytes, 0, HEADER_WORDS).set([n, placed]);
  new Uint32Array(bytes, 4 * HEADER_WORDS, n).set(imageIds);
  new Float32Array(bytes, 4 * (HEADER_WORDS + n), 2 * n).set(positions);
  return new Uint8Array(bytes);
}

/** @throws RangeError on anything that `packMapPoints` did not make */
export function unpackMapPoints(bytes: ArrayBuffer): MapPoints {
  const [n = 0, placed = 0] = new Uint32Array(bytes, 0, HEADER_WORDS);
  if (bytes.byteLength !== 4 * (HEADER_WORDS + 3 * n) || placed > n) {
    throw new RangeError('These are not the points of a map.');
  }
  return {
    imageIds: new Uint32Array(bytes, 4 * HEADER_WORDS, n),
    positions: new Float32Array(bytes, 4 * (HEADER_WORDS + n), 2 * n),
    placed,
  };
}
