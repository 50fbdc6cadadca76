/** Frozen networks whose pooled output is the feature vector. */
export const BACKBONE_NAMES = ['mobilenet_v1', 'mobilenet_v2'] as const;
export type BackboneName = (typeof BACKBONE_NAMES)[number];

/** Width multipliers of the papers; each can be used where its weights are found. */
export const WIDTHS = [1.0, 0.75, 0.5, 0.35, 0.25] as const;

/** Which backbone at which width and input side; with the decoder version this is the feature cache's key. */
export interface FeatureSpec {
  readonly backbone: BackboneName;
  readonly width: number;
  /** Input side in pixels, a multiple of 32 from 96 to 224. */
  readonly resolution: number;
}

export const DEFAULT_RESOLUTION = 160;
