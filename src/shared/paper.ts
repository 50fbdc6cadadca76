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
  readonly curve: readonly CurvePoint[];
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
  /** Why it was not trained; null when it was. */
  readonly skipped: string | null;
}

export interface PaperResult {
  readonly format: 'fovea-paper';
  readonly version: 1;
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
  readonly notes: readonly string[];
}
