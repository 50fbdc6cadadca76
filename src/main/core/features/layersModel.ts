/** A float32 weight with its shape as TF.js stores it (HWIO for convolutions, HWCM for depthwise ones). */
export interface WeightTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What follows a layer elementwise: nothing, max(x, 0), or min(max(x, 0), 6). */
export type Activation = 'linear' | 'relu' | 'relu6';

interface LayerBase {
  readonly name: string;
  /** Names of the layers whose output this one takes. */
  readonly inputs: readonly string[];
}

export interface InputLayer extends LayerBase {
  readonly kind: 'input';
}

export interface PaddingLayer extends LayerBase {
  readonly kind: 'padding';
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export interface ConvolutionLayer extends LayerBase {
  readonly kind: 'convolution' | 'depthwise';
  readonly strides: readonly [number, number];
  readonly padding: 'same' | 'valid';
  /** `[h, w, in, out]`, for depthwise `[h, w, in, multiplier]`. */
  readonly kernel: WeightTensor;
  /** One number per output channel, or null. */
  readonly bias: WeightTensor | null;
  readonly activation: Activation;
}

export interface BatchNormLayer extends LayerBase {
  readonly kind: 'batchNorm';
  readonly epsilon: number;
  readonly gamma: WeightTensor | null;
  readonly beta: WeightTensor | null;
  readonly mean: WeightTensor;
  readonly variance: WeightTensor;
}

export interface ActivationLayer extends LayerBase {
  readonly kind: 'activation';
  readonly activation: Activation;
}

export interface AddLayer extends LayerBase {
  readonly kind: 'add';
}

/** The largest of each `size` × `size` cells, which lie side by side. */
export interface MaxPoolLayer extends LayerBase {
  readonly kind: 'maxPool';
  readonly size: number;
}

export type BackboneLayer =
  InputLayer | PaddingLayer | ConvolutionLayer | BatchNormLayer | ActivationLayer | AddLayer | MaxPoolLayer;

/** A frozen network as read from a TF.js layers-model folder, up to where its classifier would begin. */
export interface BackboneModel {
  readonly folder: string;
  /** In an order in which every layer comes after its inputs. */
  readonly layers: readonly BackboneLayer[];
  /** Name of the layer whose output is pooled into the features. */
  readonly output: string;
  /** Channels of the output layer: the length of a feature vector. */
  readonly dims: number;
  /** SHA-256 over model.json and the weight files, in the order in which they are named. */
  readonly sha256: string;
}
