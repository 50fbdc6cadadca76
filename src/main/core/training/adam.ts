const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

interface Moments {
  readonly first: Float32Array;
  readonly second: Float32Array;
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
