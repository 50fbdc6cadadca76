import type { BackboneModel } from '../features/layersModel.ts';
import { lowerLayers } from '../features/lowerLayers.ts';
import type { ConvolutionStep, PoolStep } from '../features/lowerLayers.ts';
import { describeLayer } from './layersJson.ts';
import type { LayerJson, LayersPart, NamedWeight } from './layersJson.ts';

/** Name of the pooling layer: what comes before it is the backbone, what comes after it the head. */
export const POOLING_LAYER = 'features';

/**
 * A frozen backbone as TF.js layers for input `[n, side, side, 3]` scaled to −1…1, ending in global average
 * pooling. Batch norm is folded into the convolutions: the same numbers (to rounding) in less than half the
 * time in a browser. Throws `unsupported` for a network that is not a MobileNet.
 */
export function describeBackbone(model: BackboneModel, side: number): LayersPart {
  const { steps, output } = lowerLayers(model, side);
  const layers: LayerJson[] = [
    {
      ...describeLayer('InputLayer', 'input', []),
      config: { batch_input_shape: [null, side, side, 3], dtype: 'float32', sparse: false, name: 'input' },
    },
  ];
  const weights: NamedWeight[] = [];
  const sizes = new Map<string, Size>([['input', { height: side, width: side }]]);
  for (const step of steps) {
    const raw = step.activation === 'linear' ? step.name : `${step.name}_linear`;
    if (step.kind === 'add') {
      sizes.set(step.name, sizes.get(step.inputs[0]) ?? { height: 0, width: 0 });
      layers.push(describeLayer('Add', raw, step.inputs));
    } else if (step.kind === 'pool') {
      const { height, width } = sizes.get(step.input) ?? { height: 0, width: 0 };
      const { size } = step;
      sizes.set(step.name, { height: Math.floor(height / size), width: Math.floor(width / size) });
      layers.push(describePool(step, raw));
    } else {
      const input = sizes.get(step.input) ?? { height: 0, width: 0 };
      sizes.set(step.name, outputSize(step, input));
      layers.push(...describeConvolution(step, raw, input));
      weights.push(isDepthwise(step) ? depthwiseKernel(step, raw) : convolutionKernel(step, raw), {
        name: `${raw}/bias`,
        shape: [step.shape[0]],
        data: Float32Array.from(step.bias),
      });
    }
    if (step.activation !== 'linear') {
      layers.push(
        describeLayer('ReLU', step.name, [raw], { max_value: step.activation === 'relu6' ? 6 : null }),
      );
    }
  }
  layers.push(
    describeLayer('GlobalAveragePooling2D', POOLING_LAYER, [output], { data_format: 'channels_last' }),
  );
  return { layers, weights, output: POOLING_LAYER };
}

interface Size {
  readonly height: number;
  readonly width: number;
}

function describeConvolution(step: ConvolutionStep, name: string, input: Size): LayerJson[] {
  const padding = choosePadding(step, input);
  const [top, left, bottom, right] = step.pads;
  const before = padding === 'explicit' ? `${name}_pad` : step.input;
  const kind = isDepthwise(step)
    ? { depth_multiplier: step.shape[0] / step.groups }
    : { filters: step.shape[0] };
  return [
    ...(padding === 'explicit'
      ? [
          describeLayer('ZeroPadding2D', before, [step.input], {
            padding: [
              [top, bottom],
              [left, right],
            ],
            data_format: 'channels_last',
          }),
        ]
      : []),
    describeLayer(isDepthwise(step) ? 'DepthwiseConv2D' : 'Conv2D', name, [before], {
      ...kind,
      kernel_size: step.shape.slice(2),
      strides: step.strides,
      padding: padding === 'same' ? 'same' : 'valid',
      data_format: 'channels_last',
      dilation_rate: [1, 1],
      activation: 'linear',
      use_bias: true,
    }),
  ];
}

function describePool({ input, size }: PoolStep, name: string): LayerJson {
  return describeLayer('MaxPooling2D', name, [input], {
    pool_size: [size, size],
    strides: [size, size],
    padding: 'valid',
    data_format: 'channels_last',
  });
}

/** Explicit zeros cost a copy of the whole activation, so they are written only where 'same' means others. */
function choosePadding(step: ConvolutionStep, input: Size): 'same' | 'valid' | 'explicit' {
  if (step.pads.every((pad) => pad === 0)) return 'valid';
  const [top, left, bottom, right] = step.pads;
  const rows = samePads(input.height, step.shape[2], step.strides[0]);
  const columns = samePads(input.width, step.shape[3], step.strides[1]);
  const same =
    rows.before === top && rows.after === bottom && columns.before === left && columns.after === right;
  return same ? 'same' : 'explicit';
}

/** TensorFlow's rule for 'same': as many zeros as needed, the odd one at the end. */
function samePads(size: number, kernel: number, stride: number): { before: number; after: number } {
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size);
  return { before: Math.floor(total / 2), after: total - Math.floor(total / 2) };
}

function outputSize(step: ConvolutionStep, input: Size): Size {
  const [top, left, bottom, right] = step.pads;
  return {
    height: Math.floor((input.height + top + bottom - step.shape[2]) / step.strides[0]) + 1,
    width: Math.floor((input.width + left + right - step.shape[3]) / step.strides[1]) + 1,
  };
}

function isDepthwise(step: ConvolutionStep): boolean {
  return step.groups > 1;
}

/** `[out, in, h, w]` → `[h, w, in, out]`. */
function convolutionKernel(step: ConvolutionStep, layer: string): NamedWeight {
  const [outside, inside, height, width] = step.shape;
  const data = new Float32Array(step.weights.length);
  const taps = height * width;
  for (let o = 0; o < outside; o++) {
    for (let i = 0; i < inside; i++) {
      for (let t = 0; t < taps; t++) {
        data[(t * inside + i) * outside + o] = step.weights[(o * inside + i) * taps + t]!;
      }
    }
  }
  return { name: `${layer}/kernel`, shape: [height, width, inside, outside], data };
}

/** `[in × multiplier, 1, h, w]` → `[h, w, in, multiplier]`. */
function depthwiseKernel(step: ConvolutionStep, layer: string): NamedWeight {
  const [outside, , height, width] = step.shape;
  const data = new Float32Array(step.weights.length);
  const taps = height * width;
  for (let o = 0; o < outside; o++) {
    for (let t = 0; t < taps; t++) data[t * outside + o] = step.weights[o * taps + t]!;
  }
  const shape = [height, width, step.groups, outside / step.groups];
  return { name: `${layer}/depthwise_kernel`, shape, data };
}
