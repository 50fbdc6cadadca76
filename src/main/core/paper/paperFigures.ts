import type { FeatureSpec } from '../../../shared/backbones.ts';

/** "MobileNetV2 Model for Image Classification", table IV: colorectal histology, colour originals of 150 × 150. */
export const PAPER_FIGURES: Readonly<
  Record<string, { readonly accuracy: number; readonly seconds: number }>
> = {
  Simple_CNN: { accuracy: 0.8288, seconds: 400 },
  MobileNetV1: { accuracy: 0.886, seconds: 72 },
  MobileNetV2: { accuracy: 0.89, seconds: 75 },
};

/** Epochs of its protocol. */
export const HEAD_EPOCHS = 10;
export const CNN_EPOCHS = 50;
export const CNN_SIDE = 160;
export const TEST_SHARE = 0.2;

export interface NamedSpec {
  readonly name: string;
  readonly spec: FeatureSpec;
}

const name = ({ backbone, width, resolution }: FeatureSpec): string =>
  `${backbone === 'mobilenet_v1' ? 'MobileNetV1' : 'MobileNetV2'} α ${width}, ρ ${resolution}`;

export const MOBILE_NETS: readonly NamedSpec[] = [
  { name: 'MobileNetV1', spec: { backbone: 'mobilenet_v1', width: 1, resolution: 160 } },
  { name: 'MobileNetV2', spec: { backbone: 'mobilenet_v2', width: 1, resolution: 160 } },
];

/** One thing changed at a time: the width, then the resolution. */
export const EFFECTS: readonly NamedSpec[] = [
  { backbone: 'mobilenet_v1', width: 0.25, resolution: 160 } as const,
  { backbone: 'mobilenet_v2', width: 0.35, resolution: 160 } as const,
  ...[96, 128, 192, 224].map((resolution) => ({ backbone: 'mobilenet_v2', width: 1, resolution }) as const),
].map((spec) => ({ name: name(spec), spec }));
