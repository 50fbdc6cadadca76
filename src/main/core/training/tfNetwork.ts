import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { throwIfCancelled } from '../../../shared/errors.ts';
import type { MapShape } from '../features/cutNetwork.ts';
import type { BackboneLayer, WeightTensor } from '../features/layersModel.ts';
import type { Tf } from './engines.ts';
import type { DenseLayer } from './head.ts';
import type { RowSource } from './rowSource.ts';
import { measureLogits, spreadTargets, type Targets } from './targets.ts';
import type { EpochNetwork, Gradients } from './trainEpochs.ts';

/** Images of one call in prediction: more gain nothing on a processor and cost memory. */
const PIECE = 64;

/** Layers of a network that learn, with the linear head behind their pooled output. */
export interface NetworkDesign {
  /** Each after those whose output it takes; none of kind `input`. */
  readonly layers: readonly BackboneLayer[];
  /** Name by which the first layers call what comes in. */
  readonly input: string;
  readonly inputShape: MapShape;
  /** Name of the layer whose output is pooled. */
  readonly output: string;
  readonly head: DenseLayer;
}

interface Parameter {
  /** `<layer>/<part>`; the head's layer is ''. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The arrays of a network in the order of its parameters. */
export type NetworkSnapshot = readonly Float32Array[];

/**
 * Layers and a head whose gradients the engine computes. Batch norm stays in inference mode: its mean and variance are
 * those that the network was published with, while its scale and shift learn. Batches of a few dozen images from a small
 * set would tell mean and variance badly, and what was learnt before rests on the old ones. Hold it as short as possible
 * and `dispose` it.
 */
export class TfNetwork implements EpochNetwork<NetworkSnapshot> {
  readonly #tf: Tf;
  readonly #design: NetworkDesign;
  readonly #source: RowSource;
  readonly #signal: AbortSignal | undefined;
  readonly #list: readonly Parameter[];
  /** What does not learn: by layer, the mean and 1 / √(variance + ε) of batch norm. */
  readonly #fixed = new Map<string, Tensor>();
  readonly parameters: readonly Float32Array[];

  constructor(tf: Tf, design: NetworkDesign, source: RowSource, signal?: AbortSignal) {
    this.#tf = tf;
    this.#design = design;
    this.#source = source;
    this.#signal = signal;
    this.#list = [...design.layers.flatMap(listParameters), ...listHead(design.head)];
    this.parameters = this.#list.map(({ values }) => values);
    for (const layer of design.layers) {
      if (layer.kind !== 'batchNorm') continue;
      const { mean, variance, epsilon } = layer;
      this.#fixed.set(`${layer.name}/mean`, tf.tensor1d(mean.data.slice()));
      const inverse = variance.data.map((value) => 1 / Math.sqrt(value + epsilon));
      this.#fixed.set(`${layer.name}/inverse`, tf.tensor1d(inverse));
    }
  }

  dispose(): void {
    this.#tf.dispose([...this.#fixed.values()]);
    this.#fixed.clear();
  }

  async compute(rows: Uint32Array, targets: Targets): Promise<Gradients> {
    const tf = this.#tf;
    const { classes } = this;
    const input = this.#toTensor(await this.#source.read(rows), rows.length);
    const tensors = this.#load(this.parameters);
    const wanted = tf.tensor2d(spreadTargets(targets, classes), [rows.length, classes]);
    const shares = tf.tensor2d(
      Float32Array.from(targets.weights, (weight) => weight / rows.length),
      [rows.length, 1],
    );
    let logits: Tensor | null = null;
    const { value, grads } = tf.valueAndGrads((...own: Tensor[]) => {
      logits = tf.keep(this.#forward(input, own));
      return tf.neg(tf.sum(tf.mul(tf.mul(wanted, shares), tf.logSoftmax(logits as Tensor2D))));
    })(tensors);
    // Told by the same code as everywhere, from the logits.
    const measured = measureLogits((logits as unknown as Tensor).dataSync() as Float32Array, targets, null);
    const gradients = grads.map((gradient) => gradient.dataSync() as Float32Array);
    tf.dispose([input, wanted, shares, value, logits as unknown as Tensor, ...tensors, ...grads]);
    return { ...measured, gradients };
  }

  freeze(): NetworkSnapshot {
    return this.parameters.map((values) => values.slice());
  }

  async predict(snapshot: NetworkSnapshot, rows: Uint32Array): Promise<Float32Array> {
    const { classes } = this;
    const logits = new Float32Array(rows.length * classes);
    const tensors = this.#load(snapshot);
    try {
      for (let start = 0; start < rows.length; start += PIECE) {
        throwIfCancelled(this.#signal);
        const piece = rows.subarray(start, start + PIECE);
        const input = this.#toTensor(await this.#source.read(piece), piece.length);
        const output = this.#tf.tidy(() => this.#forward(input, tensors));
        logits.set((await output.data()) as Float32Array, start * classes);
        this.#tf.dispose([input, output]);
      }
    } finally {
      this.#tf.dispose(tensors);
    }
    return logits;
  }

  get classes(): number {
    return this.#design.head.units;
  }

  /** The layers with the parameters of a snapshot, ready to be written; and the head. */
  describe(snapshot: NetworkSnapshot): {
    readonly layers: readonly BackboneLayer[];
    readonly head: DenseLayer;
  } {
    const values = new Map(this.#list.map(({ name }, i) => [name, snapshot[i]!]));
    const { layers, head } = this.#design;
    return {
      layers: layers.map((layer) => withParameters(layer, values)),
      head: { ...head, kernel: values.get('/kernel')!, bias: values.get('/bias')! },
    };
  }

  #toTensor(values: Float32Array, count: number): Tensor4D {
    return this.#tf.tensor4d(values, [count, ...this.#design.inputShape]);
  }

  /** Copies, because an engine may take over an array later than it is given. */
  #load(values: readonly Float32Array[]): Tensor[] {
    return this.#list.map(({ shape }, i) => this.#tf.tensor(values[i]!.slice(), [...shape]));
  }

  /** Logits `[n, classes]`. */
  #forward(input: Tensor4D, tensors: readonly Tensor[]): Tensor2D {
    const tf = this.#tf;
    const weights = new Map(this.#list.map(({ name }, i) => [name, tensors[i]!]));
    const values = new Map<string, Tensor4D>([[this.#design.input, input]]);
    for (const layer of this.#design.layers) {
      const inputs = layer.inputs.map((name) => values.get(name)!);
      values.set(layer.name, this.#apply(layer, inputs, weights));
    }
    const pooled = tf.mean(values.get(this.#design.output)!, [1, 2]) as Tensor2D;
    return tf.add(tf.matMul(pooled, weights.get('/kernel') as Tensor2D), weights.get('/bias')!);
  }

  #apply(
    layer: BackboneLayer,
    [x, other]: readonly Tensor4D[],
    weights: ReadonlyMap<string, Tensor>,
  ): Tensor4D {
    const tf = this.#tf;
    const weight = (part: string): Tensor | undefined => weights.get(`${layer.name}/${part}`);
    const activate = (value: Tensor4D, activation: string): Tensor4D =>
      activation === 'relu6' ? tf.relu6(value) : activation === 'relu' ? tf.relu(value) : value;
    switch (layer.kind) {
      case 'input':
        return x!;
      case 'padding': {
        const { top, bottom, left, right } = layer;
        return tf.pad(x!, [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ]);
      }
      case 'convolution':
      case 'depthwise': {
        const kernel = weight('kernel') as Tensor4D;
        const strides = [...layer.strides] as [number, number];
        const sums =
          layer.kind === 'convolution'
            ? tf.conv2d(x!, kernel, strides, layer.padding)
            : tf.depthwiseConv2d(x!, kernel, strides, layer.padding);
        const bias = weight('bias');
        return activate(bias === undefined ? sums : tf.add(sums, bias), layer.activation);
      }
      case 'batchNorm': {
        const inverse = this.#fixed.get(`${layer.name}/inverse`)!;
        const gamma = weight('gamma');
        const beta = weight('beta');
        const scale = gamma === undefined ? inverse : tf.mul(gamma, inverse);
        const scaled: Tensor4D = tf.mul(tf.sub(x!, this.#fixed.get(`${layer.name}/mean`)!), scale);
        return beta === undefined ? scaled : tf.add(scaled, beta);
      }
      case 'activation':
        return activate(x!, layer.activation);
      case 'maxPool':
        return tf.maxPool(x!, layer.size, layer.size, 'valid');
      case 'add':
        return tf.add(x!, other!);
    }
  }
}

/** What learns in a layer; copies. */
function listParameters(layer: BackboneLayer): Parameter[] {
  const parts: readonly (readonly [string, WeightTensor | null])[] =
    layer.kind === 'convolution' || layer.kind === 'depthwise'
      ? [
          ['kernel', layer.kernel],
          ['bias', layer.bias],
        ]
      : layer.kind === 'batchNorm'
        ? [
            ['gamma', layer.gamma],
            ['beta', layer.beta],
          ]
        : [];
  return parts.flatMap(([part, tensor]) =>
    tensor === null
      ? []
      : [{ name: `${layer.name}/${part}`, shape: tensor.shape, values: tensor.data.slice() }],
  );
}

function listHead({ inputs, units, kernel, bias }: DenseLayer): Parameter[] {
  return [
    { name: '/kernel', shape: [inputs, units], values: kernel.slice() },
    { name: '/bias', shape: [units], values: bias.slice() },
  ];
}

function withParameters(layer: BackboneLayer, values: ReadonlyMap<string, Float32Array>): BackboneLayer {
  const replace = <Kept extends WeightTensor | null>(part: string, tensor: Kept): Kept => {
    const data = values.get(`${layer.name}/${part}`);
    return data === undefined || tensor === null ? tensor : { ...tensor, data };
  };
  if (layer.kind === 'convolution' || layer.kind === 'depthwise') {
    return { ...layer, kernel: replace('kernel', layer.kernel), bias: replace('bias', layer.bias) };
  }
  if (layer.kind !== 'batchNorm') return layer;
  return { ...layer, gamma: replace('gamma', layer.gamma), beta: replace('beta', layer.beta) };
}
