import * as v from 'valibot';
import { FoveaError } from '../../../shared/errors.ts';
import type { Activation, BackboneLayer, WeightTensor } from './layersModel.ts';
import { damaged } from './weightManifest.ts';

const Pair = v.tuple([v.pipe(v.number(), v.integer()), v.pipe(v.number(), v.integer())]);
const Size = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(16));

const ConvolutionConfig = v.object({
  strides: Pair,
  padding: v.picklist(['same', 'valid']),
  data_format: v.optional(v.literal('channels_last')),
  dilation_rate: v.optional(v.tuple([v.literal(1), v.literal(1)])),
  activation: v.optional(v.string(), 'linear'),
  use_bias: v.boolean(),
});
const PaddingConfig = v.object({
  padding: v.tuple([v.tuple([Size, Size]), v.tuple([Size, Size])]),
  data_format: v.optional(v.literal('channels_last')),
});
const BatchNormConfig = v.object({
  axis: v.union([v.literal(-1), v.literal(3), v.tuple([v.literal(3)])]),
  epsilon: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  center: v.boolean(),
  scale: v.boolean(),
});
const ReluConfig = v.object({
  max_value: v.optional(v.nullable(v.literal(6)), null),
  negative_slope: v.optional(v.nullable(v.literal(0))),
  threshold: v.optional(v.nullable(v.literal(0))),
});
const PoolConfig = v.pipe(
  v.object({
    pool_size: Pair,
    strides: Pair,
    padding: v.literal('valid'),
    data_format: v.optional(v.literal('channels_last')),
  }),
  v.check(
    ({ pool_size: [height, width], strides }) => height === width && strides.every((s) => s === height),
  ),
);
const ActivationConfig = v.object({ activation: v.string() });

/** One layer as model.json describes it; its `config` is checked once its class is known. */
export const RawLayer = v.object({
  class_name: v.string(),
  name: v.pipe(v.string(), v.minLength(1)),
  config: v.record(v.string(), v.unknown()),
  inbound_nodes: v.pipe(
    v.array(
      v.array(
        v.pipe(
          v.looseTuple([v.string(), v.literal(0), v.literal(0)]),
          v.transform((node) => node[0]),
        ),
      ),
    ),
    v.maxLength(1),
  ),
});
export type RawLayer = v.InferOutput<typeof RawLayer>;

/**
 * Turns one described layer into ours, with its weights.
 * Throws `unsupported` for a layer that MobileNets do not have, `corrupt` when a weight is missing or misshapen.
 */
export function parseLayer(
  raw: RawLayer,
  weights: ReadonlyMap<string, WeightTensor>,
  folder: string,
): BackboneLayer {
  const base = { name: raw.name, inputs: raw.inbound_nodes[0] ?? [] };
  const weight = (part: string): WeightTensor => {
    const tensor = weights.get(`${raw.name}/${part}`);
    if (tensor === undefined) throw damaged(folder, `The weight ${raw.name}/${part} is missing.`);
    return tensor;
  };
  const config = <Schema extends v.GenericSchema>(schema: Schema): v.InferOutput<Schema> => {
    const parsed = v.safeParse(schema, raw.config);
    if (!parsed.success)
      throw unsupported(folder, `The layer ${raw.name} has settings that are not supported.`);
    return parsed.output;
  };
  switch (raw.class_name) {
    case 'InputLayer':
      return { ...base, kind: 'input' };
    case 'ZeroPadding2D': {
      const [[top, bottom], [left, right]] = config(PaddingConfig).padding;
      return { ...base, kind: 'padding', top, bottom, left, right };
    }
    case 'Conv2D':
    case 'DepthwiseConv2D': {
      const settings = config(ConvolutionConfig);
      const isDepthwise = raw.class_name === 'DepthwiseConv2D';
      return {
        ...base,
        kind: isDepthwise ? 'depthwise' : 'convolution',
        strides: settings.strides,
        padding: settings.padding,
        kernel: weight(isDepthwise ? 'depthwise_kernel' : 'kernel'),
        bias: settings.use_bias ? weight('bias') : null,
        activation: toActivation(settings.activation, raw.name, folder),
      };
    }
    case 'BatchNormalization': {
      const settings = config(BatchNormConfig);
      return {
        ...base,
        kind: 'batchNorm',
        epsilon: settings.epsilon,
        gamma: settings.scale ? weight('gamma') : null,
        beta: settings.center ? weight('beta') : null,
        mean: weight('moving_mean'),
        variance: weight('moving_variance'),
      };
    }
    case 'ReLU':
      return {
        ...base,
        kind: 'activation',
        activation: config(ReluConfig).max_value === 6 ? 'relu6' : 'relu',
      };
    case 'Activation':
      return {
        ...base,
        kind: 'activation',
        activation: toActivation(config(ActivationConfig).activation, raw.name, folder),
      };
    case 'MaxPooling2D':
      return { ...base, kind: 'maxPool', size: config(PoolConfig).pool_size[0] };
    case 'Add':
      return { ...base, kind: 'add' };
    // Dropout does nothing at inference.
    case 'Dropout':
      return { ...base, kind: 'activation', activation: 'linear' };
    default:
      throw unsupported(folder, `The layer ${raw.name} is a ${raw.class_name}, which no MobileNet has.`);
  }
}

function toActivation(name: string, layer: string, folder: string): Activation {
  if (name === 'linear' || name === 'relu' || name === 'relu6') return name;
  throw unsupported(folder, `The layer ${layer} has the activation ${name}, which is not supported.`);
}

export function unsupported(folder: string, sentence: string): FoveaError {
  return new FoveaError('unsupported', sentence, {
    subject: folder,
    todo: 'Use MobileNetV1 or V2 as the set-up fetches them.',
  });
}
