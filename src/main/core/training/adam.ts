import { type AdamKernel, BETA1, BETA2, EPSILON, makeAdamKernel } from './adamKernel.ts';
import { Arena } from './arena.ts';
import type { Optimiser, OptimiserState } from './optimiser.ts';

interface Moments {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1) with the constants of Keras and TensorFlow.js; changes arrays in place. Arrays of
 * its arena are updated four floats at a time, others one by one.
 */
export class Adam implements Optimiser {
  readonly #learningRate: number;
  readonly #moments: readonly Moments[];
  readonly #arena: Arena;
  readonly #kernel: AdamKernel;
  #steps = 0;

  /**
   * `sizes`: the lengths of the parameter arrays, in the order of every later `step`. `arena` has room for twice as
   * many floats; by default Adam makes one for itself.
   */
  constructor(learningRate: number, sizes: readonly number[], arena = new Arena([...sizes, ...sizes])) {
    this.#learningRate = learningRate;
    this.#arena = arena;
    this.#kernel = makeAdamKernel(arena.memory);
    this.#moments = sizes.map((size) => ({ first: arena.allocate(size), second: arena.allocate(size) }));
  }

  /** The arrays themselves, not copies: first moments of every parameter array, then second moments. */
  get state(): OptimiserState {
    const moments = [
      ...this.#moments.map(({ first }) => first),
      ...this.#moments.map(({ second }) => second),
    ];
    return { steps: this.#steps, moments };
  }

  /** Goes on from a state of an optimiser of the same sizes. */
  restore({ steps, moments }: OptimiserState): void {
    this.#steps = steps;
    for (const [i, values] of this.state.moments.entries()) values.set(moments[i]!);
  }

  /** One update; `parameters[i]` and `gradients[i]` have the same length. */
  step(
    parameters: readonly Float32Array[],
    gradients: readonly Float32Array[],
    learningRate = this.#learningRate,
  ): void {
    this.#steps += 1;
    const rate = learningRate / (1 - BETA1 ** this.#steps);
    const scale = 1 / (1 - BETA2 ** this.#steps);
    for (const [index, moments] of this.#moments.entries()) {
      const values = parameters[index]!;
      const gradient = gradients[index]!;
      if (this.#arena.holds(values) && this.#arena.holds(gradient)) {
        const { first, second } = moments;
        const end = values.byteOffset + values.byteLength;
        this.#kernel(
          ...([values.byteOffset, gradient.byteOffset, first.byteOffset, second.byteOffset] as const),
          ...([end, rate, scale] as const),
        );
      } else {
        updateOneByOne(values, gradient, moments, rate, scale);
      }
    }
  }
}

function updateOneByOne(
  values: Float32Array,
  gradient: Float32Array,
  { first, second }: Moments,
  rate: number,
  scale: number,
): void {
  for (let i = 0; i < values.length; i++) {
    const g = gradient[i]!;
    const m = BETA1 * first[i]! + (1 - BETA1) * g;
    const v = BETA2 * second[i]! + (1 - BETA2) * g * g;
    first[i] = m;
    second[i] = v;
    values[i]! -= (rate * m) / (Math.sqrt(scale * v) + EPSILON);
  }
}
