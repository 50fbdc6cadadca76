const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

interface Moments {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** All that Adam remembers between steps. */
export interface AdamState {
  readonly steps: number;
  /** First moments of every array, then second moments, in the order of the parameters. */
  readonly moments: readonly Float32Array[];
}

/** Adam (Kingma & Ba 2015, algorithm 1) with the constants of Keras and TensorFlow.js; changes arrays in place. */
export class Adam {
  readonly #learningRate: number;
  readonly #moments: readonly Moments[];
  #steps = 0;

  /** `sizes`: the lengths of the parameter arrays, in the order of every later `step`. */
  constructor(learningRate: number, sizes: readonly number[]) {
    this.#learningRate = learningRate;
    this.#moments = sizes.map((size) => ({ first: new Float32Array(size), second: new Float32Array(size) }));
  }

  /** The arrays themselves, not copies. */
  get state(): AdamState {
    const moments = [
      ...this.#moments.map(({ first }) => first),
      ...this.#moments.map(({ second }) => second),
    ];
    return { steps: this.#steps, moments };
  }

  /** Goes on from a state of an optimiser of the same sizes. */
  restore({ steps, moments }: AdamState): void {
    this.#steps = steps;
    for (const [i, values] of this.state.moments.entries()) values.set(moments[i]!);
  }

  /** One update; `parameters[i]` and `gradients[i]` have the same length. */
  step(parameters: readonly Float32Array[], gradients: readonly Float32Array[]): void {
    this.#steps += 1;
    const firstScale = this.#learningRate / (1 - BETA1 ** this.#steps);
    const secondScale = 1 / (1 - BETA2 ** this.#steps);
    for (const [index, { first, second }] of this.#moments.entries()) {
      const values = parameters[index]!;
      const gradient = gradients[index]!;
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i]!;
        const m = BETA1 * first[i]! + (1 - BETA1) * g;
        const v = BETA2 * second[i]! + (1 - BETA2) * g * g;
        first[i] = m;
        second[i] = v;
        values[i]! -= (firstScale * m) / (Math.sqrt(secondScale * v) + EPSILON);
      }
    }
  }
}
