import type { Optimiser, OptimiserState } from './optimiser.ts';

/** Gradient descent with momentum, as TensorFlow has it: a ← m a + g, w ← w − rate · a. */
export class Sgd implements Optimiser {
  readonly #momentum: number;
  readonly #sums: readonly Float32Array[];
  #steps = 0;

  constructor(sizes: readonly number[], momentum: number) {
    this.#momentum = momentum;
    this.#sums = sizes.map((size) => new Float32Array(size));
  }

  get state(): OptimiserState {
    return { steps: this.#steps, moments: this.#sums };
  }

  restore({ steps, moments }: OptimiserState): void {
    this.#steps = steps;
    for (const [i, sums] of this.#sums.entries()) sums.set(moments[i]!);
  }

  step(parameters: readonly Float32Array[], gradients: readonly Float32Array[], learningRate: number): void {
    this.#steps += 1;
    const momentum = this.#momentum;
    for (const [index, sums] of this.#sums.entries()) {
      const [values, gradient] = [parameters[index]!, gradients[index]!];
      for (let i = 0; i < values.length; i++) {
        const sum = momentum * sums[i]! + gradient[i]!;
        sums[i] = sum;
        values[i]! -= learningRate * sum;
      }
    }
  }
}
