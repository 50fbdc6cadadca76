import type { FeatureSpec } from './backbones.ts';
import type { CurvePoint } from './jobs.ts';

/** How the images are parted: at random, as in the paper, or so that no group stands on both sides. */
export type PaperSplit = 'random' | 'grouped';

/** One network trained once by the paper's protocol, and what it said of the 20 % that it did not see. */
export interface PaperRun {
  readonly seed: number;
  readonly split: PaperSplit;
  readonly images: { readonly train: number; readonly test: number };
  readonly accuracy: number;
  /** Mean over classes. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly trainSeconds: number;
  readonly epochs: number;
  /** With the 20 % as its validation part: they are looked at after each epoch, and choose nothing. */
  readonly curve: readonly CurvePoint[];
}

/** What a network looked at in one picture of the 20 % that it named rightly. */
export interface PaperSaliency {
  readonly className: string;
  /** JPEG, base64: the picture, and the places that spoke for its class laid over it. */
  readonly picture: string;
  readonly overlay: string;
}

/** t-SNE of the features of some images. */
export interface PaperMap {
  readonly network: string;
  /** `[x, y]` of each image, and the index of its class. */
  readonly points: readonly (readonly [number, number])[];
  readonly classes: readonly number[];
}

export interface PaperNetwork {
  /** "MobileNetV2", "Simple_CNN". */
  readonly name: string;
  /** Null for the network that is trained from scratch. */
  readonly features: FeatureSpec | null;
  readonly parameters: { readonly total: number; readonly trainable: number };
  /** Of all images, once; 0 where they were in the cache. Null for the network that has none. */
  readonly featureSeconds: number | null;
  readonly runs: readonly PaperRun[];
  /** Of the first run; empty for networks that are only compared by figures. */
  readonly saliency: readonly PaperSaliency[];
  /** Why it was not trained; null when it was. */
  readonly skipped: string | null;
}

export interface PaperResult {
  readonly format: 'fovea-paper';
  readonly version: 2;
  readonly libraryName: string;
  readonly images: number;
  readonly classes: readonly string[];
  readonly grouped: boolean;
  readonly epochsScale: number;
  readonly engine: string;
  readonly seeds: number;
  /** Simple_CNN, MobileNetV1, MobileNetV2. */
  readonly networks: readonly PaperNetwork[];
  /** Other widths and resolutions. */
  readonly effects: readonly PaperNetwork[];
  /** Null where no features could be had. */
  readonly map: PaperMap | null;
  readonly notes: readonly string[];
}
