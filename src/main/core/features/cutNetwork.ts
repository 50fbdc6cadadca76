import { FoveaError } from '../../../shared/errors.ts';
import type { BackboneLayer, BackboneModel } from './layersModel.ts';
import { lowerLayers, measureSteps } from './lowerLayers.ts';
import { countChannels } from './readLayersModel.ts';

/** Height, width and channels of a layer's output. */
export type MapShape = readonly [number, number, number];

/** A network in two: what stays frozen, and its last blocks, which take the trunk's output. */
export interface CutNetwork {
  readonly trunk: BackboneModel;
  readonly tail: readonly BackboneLayer[];
  /** Name of the layer whose output the tail takes. */
  readonly cut: string;
  readonly shape: MapShape;
}

/**
 * Cuts a network before its last `blocks` blocks for inputs of a side. A block is what one depthwise convolution stands
 * in; the cut is where the network is narrowest between two of them, so that as little as possible is kept of an image.
 * Throws `invalid` when there are not so many blocks, `unsupported` when batch norm was folded into the weights.
 */
export function cutNetwork(model: BackboneModel, blocks: number, side: number): CutNetwork {
  const { layers } = model;
  const depthwise = layers.flatMap(({ kind }, at) => (kind === 'depthwise' ? [at] : []));
  if (depthwise.length <= blocks) {
    throw new FoveaError('invalid', `This network has ${depthwise.length} blocks; fewer can be trained.`, {
      subject: 'unfrozenBlocks',
      todo: `Train at most ${Math.max(1, depthwise.length - 1)} blocks.`,
    });
  }
  const [from, to] = [depthwise.at(-blocks - 1)!, depthwise.at(-blocks)!];
  const at = findNarrowest(layers, from, to);
  const tail = layers.slice(at + 1);
  requireBatchNorm(tail, model);
  const cut = layers[at]!.name;
  const before = layers.slice(0, at + 1);
  const trunk = { ...model, layers: before, output: cut, dims: countChannels(before, cut) };
  const { steps, output: step } = lowerLayers(trunk, side);
  const { height, width } = measureSteps(steps, side).get(step)!;
  return { trunk, tail, cut, shape: [height, width, trunk.dims] };
}

/** The last of the layers of fewest channels in a range, of those on which alone all that follows rests. */
function findNarrowest(layers: readonly BackboneLayer[], from: number, to: number): number {
  let best = -1;
  let fewest = Infinity;
  for (let at = from; at < to; at++) {
    const layer = layers[at]!;
    const before = new Set(layers.slice(0, at).map(({ name }) => name));
    const isPassed = layers.slice(at + 1).some(({ inputs }) => inputs.some((name) => before.has(name)));
    // What a convolution gives before its batch norm and activation is not where anything ends.
    const isInside = layers
      .slice(at + 1)
      .some(
        ({ kind, inputs }) => inputs.includes(layer.name) && (kind === 'batchNorm' || kind === 'activation'),
      );
    if (isPassed || isInside || layer.kind === 'padding') continue;
    const channels = countChannels(layers, layer.name);
    if (channels <= fewest) [best, fewest] = [at, channels];
  }
  if (best >= 0) return best;
  throw new FoveaError('unsupported', 'This network has no place where it could be cut in two.');
}

/**
 * Where batch norm was folded into the convolutions, the scale of each channel is a product of two things that training
 * keeps apart, and its statistics are lost: steps of one size would change some channels a thousand times as much as others.
 */
function requireBatchNorm(tail: readonly BackboneLayer[], { folder }: BackboneModel): void {
  for (const layer of tail) {
    if (layer.kind !== 'convolution' && layer.kind !== 'depthwise') continue;
    if (tail.some(({ kind, inputs }) => kind === 'batchNorm' && inputs.includes(layer.name))) continue;
    throw new FoveaError(
      'unsupported',
      'The batch norm of this network was folded into its weights, so its blocks cannot be trained on.',
      {
        subject: folder,
        todo: 'Use weights as they were published, with their batch norm; or train a head on the frozen network.',
      },
    );
  }
}
