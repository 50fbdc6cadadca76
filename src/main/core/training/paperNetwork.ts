import type { Random } from '../math/random.ts';
import { Arena } from './arena.ts';
import { multiply, transpose, type Matrix } from './engineProducts.ts';
import type { Tf } from './engines.ts';
import type { Head } from './head.ts';
import { drawKernel, HiddenLayer } from './hiddenLayer.ts';
import { listPaperParameters } from './paperGraph.ts';
import { PAPER_UNITS } from './parameterCounts.ts';
import { measureLogits, type LossAndHits, type Targets } from './targets.ts';

/** Dense 128 + BN → Dense 64 + BN → Dense softmax, with its gradients. */
export class PaperNetwork {
  readonly #tf: Tf;
  readonly #hidden: readonly [HiddenLayer, HiddenLayer];
  readonly #kernel: Float32Array;
  readonly #bias: Float32Array;
  readonly inputs: number;
  readonly classes: number;
  /** Where the parameters lie, with room for their gradients and an optimiser's two moments. */
  readonly arena: Arena;

  constructor(tf: Tf, random: Random, inputs: number, classes: number) {
    const [first, second] = PAPER_UNITS;
    this.#tf = tf;
    const lengths = listPaperParameters(inputs, classes).map(({ shape }) => shape.reduce((a, b) => a * b, 1));
    this.arena = new Arena([...lengths, ...lengths, ...lengths, ...lengths]);
    this.#hidden = [
      new HiddenLayer(tf, random, inputs, first, this.arena),
      new HiddenLayer(tf, random, first, second, this.arena),
    ];
    this.#kernel = drawKernel(random, second, classes, this.arena);
    this.#bias = this.arena.allocate(classes);
    this.inputs = inputs;
    this.classes = classes;
  }

  /** Every trainable array, in the order of `computeGradients`; changed in place by the optimiser. */
  get parameters(): readonly Float32Array[] {
    return [...this.#hidden.flatMap(({ parameters }) => parameters), this.#kernel, this.#bias];
  }

  /** Loss of one batch in training mode and the gradient of each of `parameters`. */
  computeGradients(
    input: Matrix,
    targets: Targets,
  ): LossAndHits & { readonly gradients: readonly Float32Array[] } {
    const [first, second] = this.#hidden;
    const top = second.forward(first.forward(input));
    const residuals = new Float32Array(input.rows * this.classes);
    const result = measureLogits(this.#logits(top), targets, residuals);
    const bias = new Float32Array(this.classes);
    for (let i = 0; i < residuals.length; i++) bias[i % this.classes]! += residuals[i]!;
    const dLogits: Matrix = { values: residuals, rows: input.rows, columns: this.classes };
    const kernel = multiply(this.#tf, transpose(top), dLogits);
    const dTop = multiply(this.#tf, dLogits, transpose(this.#outputKernel()));
    const upper = second.backward(dTop, true);
    const lower = first.backward(upper.input!, false);
    return { ...result, gradients: [...lower.gradients, ...upper.gradients, kernel, bias] };
  }

  /** The head for prediction as it stands, with the batch-norm statistics of `input`; a copy. */
  freeze(input: Matrix): Head {
    const lower = this.#hidden[0].freeze(input);
    const upper = this.#hidden[1].freeze(lower.output);
    const { rows, columns } = this.#outputKernel();
    return {
      inputs: input.columns,
      classes: this.classes,
      layers: [
        ...lower.layers,
        ...upper.layers,
        {
          kind: 'dense',
          inputs: rows,
          units: columns,
          kernel: this.#kernel.slice(),
          bias: this.#bias.slice(),
          activation: 'linear',
        },
      ],
    };
  }

  #outputKernel(): Matrix {
    return { values: this.#kernel, rows: this.#hidden[1].units, columns: this.classes };
  }

  #logits(top: Matrix): Float32Array {
    const logits = multiply(this.#tf, top, this.#outputKernel());
    for (let i = 0; i < logits.length; i++) logits[i]! += this.#bias[i % this.classes]!;
    return logits;
  }
}
