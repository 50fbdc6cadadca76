import type {
  Activation,
  BackboneLayer,
  BackboneModel,
  BatchNormLayer,
  ConvolutionLayer,
  PaddingLayer,
} from './layersModel.ts';
import { unsupported } from './parseLayers.ts';

/** A convolution with everything around it drawn in: explicit padding, batch norm, activation. */
export interface ConvolutionStep {
  readonly kind: 'convolution';
  readonly name: string;
  readonly input: string;
  /** `[out, in / groups, h, w]`, float64 until it is written so that folding costs no precision. */
  readonly weights: Float64Array;
  readonly shape: readonly [number, number, number, number];
  readonly bias: Float64Array;
  readonly strides: readonly [number, number];
  /** Zeros added at top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
  readonly groups: number;
  activation: Activation;
}

export interface AddStep {
  readonly kind: 'add';
  readonly name: string;
  readonly inputs: readonly [string, string];
  activation: Activation;
}

/** The largest of each `size` × `size` cells. */
export interface PoolStep {
  readonly kind: 'pool';
  readonly name: string;
  readonly input: string;
  readonly size: number;
  activation: Activation;
}

export type Step = ConvolutionStep | AddStep | PoolStep;

/** Height and width of every step's output for an input of this side. */
export function measureSteps(
  steps: readonly Step[],
  side: number,
): Map<string, { readonly height: number; readonly width: number }> {
  const sizes = new Map([['input', { height: side, width: side }]]);
  for (const step of steps) {
    const input = sizes.get(step.kind === 'add' ? step.inputs[0] : step.input)!;
    if (step.kind === 'add') sizes.set(step.name, input);
    else if (step.kind === 'pool') {
      const { height, width } = input;
      sizes.set(step.name, { height: Math.floor(height / step.size), width: Math.floor(width / step.size) });
    } else {
      const [top, left, bottom, right] = step.pads;
      const along = (size: number, kernel: number, stride: number): number =>
        Math.floor((size - kernel) / stride) + 1;
      sizes.set(step.name, {
        height: along(input.height + top + bottom, step.shape[2], step.strides[0]),
        width: along(input.width + left + right, step.shape[3], step.strides[1]),
      });
    }
  }
  return sizes;
}

/** The output of a layer: which step makes it, its size, and zeros a padding layer has put around it. */
interface Value {
  readonly step: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly padding: PaddingLayer | null;
}

/**
 * Lowers Keras layers to plain steps for input `[n, side, side, 3]`: paddings become those of the next
 * convolution, batch norm is folded into the convolution before it (Ioffe & Szegedy 2015, inference form:
 * w' = w·γ/√(σ²+ε), b' = (b−μ)·γ/√(σ²+ε)+β), activations join the step before them.
 * Throws `unsupported` where a network does not allow this.
 */
export function lowerLayers(model: BackboneModel, side: number): { steps: Step[]; output: string } {
  const users = countUsers(model.layers, model.output);
  const values = new Map<string, Value>();
  const steps = new Map<string, Step>();
  const refuse = (layer: BackboneLayer, why: string): Error =>
    unsupported(model.folder, `The layer ${layer.name} ${why}.`);
  /** The step before an elementwise layer, when nobody else sees its output. */
  const mergeTarget = (layer: BackboneLayer): Step => {
    const step = steps.get(valueOf(layer).step);
    if (step === undefined || step.activation !== 'linear' || users.get(layer.inputs[0] ?? '') !== 1) {
      throw refuse(layer, 'cannot be drawn into the layer before it');
    }
    return step;
  };
  const valueOf = (layer: BackboneLayer, at = 0): Value => {
    const value = values.get(layer.inputs[at] ?? '');
    if (value === undefined) throw refuse(layer, 'has no input');
    if (value.padding !== null && layer.kind !== 'convolution' && layer.kind !== 'depthwise') {
      throw refuse(layer, 'takes a padded input');
    }
    return value;
  };
  for (const layer of model.layers) {
    switch (layer.kind) {
      case 'input':
        values.set(layer.name, { step: 'input', height: side, width: side, channels: 3, padding: null });
        break;
      case 'padding':
        values.set(layer.name, { ...valueOf(layer), padding: layer });
        break;
      case 'convolution':
      case 'depthwise': {
        const made = lowerConvolution(layer, valueOf(layer));
        if (made === null) throw refuse(layer, 'has weights that do not fit its input');
        steps.set(layer.name, made.step);
        values.set(layer.name, made.value);
        break;
      }
      case 'batchNorm': {
        const step = mergeTarget(layer);
        if (step.kind !== 'convolution' || !foldBatchNorm(layer, step))
          throw refuse(layer, 'cannot be folded');
        values.set(layer.name, valueOf(layer));
        break;
      }
      case 'activation':
        if (layer.activation !== 'linear') mergeTarget(layer).activation = layer.activation;
        values.set(layer.name, valueOf(layer));
        break;
      case 'maxPool': {
        const { name, size } = layer;
        const input = valueOf(layer);
        const [height, width] = [Math.floor(input.height / size), Math.floor(input.width / size)];
        steps.set(name, { kind: 'pool', name, input: input.step, size, activation: 'linear' });
        values.set(name, { ...input, step: name, height, width });
        break;
      }
      case 'add': {
        const [left, right] = [valueOf(layer, 0), valueOf(layer, 1)];
        const fits = left.height === right.height && left.width === right.width;
        if (!fits || left.channels !== right.channels) throw refuse(layer, 'adds different sizes');
        const inputs = [left.step, right.step] as const;
        steps.set(layer.name, { kind: 'add', name: layer.name, inputs, activation: 'linear' });
        values.set(layer.name, { ...left, step: layer.name });
        break;
      }
    }
  }
  const output = values.get(model.output)?.step ?? '';
  return { steps: [...steps.values()], output };
}

function countUsers(layers: readonly BackboneLayer[], output: string): Map<string, number> {
  const users = new Map<string, number>([[output, 1]]);
  for (const name of layers.flatMap((layer) => layer.inputs)) users.set(name, (users.get(name) ?? 0) + 1);
  return users;
}

function lowerConvolution(
  layer: ConvolutionLayer,
  input: Value,
): { step: ConvolutionStep; value: Value } | null {
  const [height = 0, width = 0, inside = 0, last = 0] = layer.kernel.shape;
  const isDepthwise = layer.kind === 'depthwise';
  const outside = isDepthwise ? inside * last : last;
  if (inside !== input.channels || outside === 0) return null;
  if (layer.bias !== null && layer.bias.data.length !== outside) return null;
  const around = input.padding ?? { top: 0, bottom: 0, left: 0, right: 0 };
  const rows = padAxis(input.height + around.top + around.bottom, height, layer.strides[0], layer.padding);
  const columns = padAxis(input.width + around.left + around.right, width, layer.strides[1], layer.padding);
  const groups = isDepthwise ? inside : 1;
  const step: ConvolutionStep = {
    kind: 'convolution',
    name: layer.name,
    input: input.step,
    weights: isDepthwise
      ? transpose(layer.kernel.data, height * width, outside)
      : transposeKernel(layer.kernel.data, height * width, inside, last),
    shape: [outside, inside / groups, height, width],
    bias: Float64Array.from({ length: outside }, (_, i) => layer.bias?.data[i] ?? 0),
    strides: layer.strides,
    pads: [
      rows.before + around.top,
      columns.before + around.left,
      rows.after + around.bottom,
      columns.after + around.right,
    ],
    groups,
    activation: layer.activation,
  };
  const value = {
    step: layer.name,
    height: rows.size,
    width: columns.size,
    channels: outside,
    padding: null,
  };
  return { step, value };
}

/** TensorFlow's rule for 'same': as many zeros as needed, the odd one at the end. */
function padAxis(
  size: number,
  kernel: number,
  stride: number,
  padding: 'same' | 'valid',
): { before: number; after: number; size: number } {
  if (padding === 'valid') return { before: 0, after: 0, size: Math.floor((size - kernel) / stride) + 1 };
  const outside = Math.ceil(size / stride);
  const total = Math.max(0, (outside - 1) * stride + kernel - size);
  const before = Math.floor(total / 2);
  return { before, after: total - before, size: outside };
}

/** `[rows, columns]` → `[columns, rows]`. */
function transpose(data: Float32Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(data.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = data[r * columns + c]!;
  }
  return out;
}

/** `[taps, in, out]` → `[out, in, taps]`. */
function transposeKernel(data: Float32Array, taps: number, inside: number, outside: number): Float64Array {
  const out = new Float64Array(data.length);
  for (let t = 0; t < taps; t++) {
    for (let i = 0; i < inside; i++) {
      const from = (t * inside + i) * outside;
      for (let o = 0; o < outside; o++) out[(o * inside + i) * taps + t] = data[from + o]!;
    }
  }
  return out;
}

/** Scales weights and bias in place; false when the sizes do not fit or a variance is negative. */
function foldBatchNorm(layer: BatchNormLayer, step: ConvolutionStep): boolean {
  const outside = step.shape[0];
  const parts = [layer.mean, layer.variance, layer.gamma, layer.beta];
  if (parts.some((part) => part !== null && part.data.length !== outside)) return false;
  const each = step.weights.length / outside;
  for (let o = 0; o < outside; o++) {
    const spread = layer.variance.data[o]! + layer.epsilon;
    if (!(spread > 0)) return false;
    const scale = (layer.gamma?.data[o] ?? 1) / Math.sqrt(spread);
    for (let k = o * each; k < (o + 1) * each; k++) step.weights[k]! *= scale;
    step.bias[o] = (step.bias[o]! - layer.mean.data[o]!) * scale + (layer.beta?.data[o] ?? 0);
  }
  return true;
}
