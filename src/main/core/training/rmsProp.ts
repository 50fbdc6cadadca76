import { EPSILON } from './adamKernel.ts';
import type { Optimiser, OptimiserState } from './optimiser.ts';

/** How much of the mean square stays from step to step; TensorFlow's and Keras's default. */
const DECAY = 0.9;

/**
 * RMSprop (Tieleman & Hinton 2012) as TensorFlow has it: s ← d s + (1 − d) g², w ← w − rate · g / √(s + ε).
 */
export class RmsProp implements Optimiser {
  readonly #squares: readonly Float32Array[];
  #steps = 0;

  constructor(sizes: readonly number[]) {
    this.#squares = sizes.map((size) => new Float32Array(size));
  }

  get state(): OptimiserState {
    return { steps: this.#steps, moments: this.#squares };
  }

  restore({ steps, moments }: OptimiserState): void {
    this.#steps = steps;
    for (const [i, squares] of this.#squares.entries()) squares.set(moments[i]!);
  }

  step(parameters: readonly Float32Array[], gradients: readonly Float32Array[], learningRate: number): void {
    this.#steps += 1;
    for (const [index, squares] of this.#squares.entries()) {
      const [values, gradient] = [parameters[index]!, gradients[index]!];
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i]!;
        const square = DECAY * squares[i]! + (1 - DECAY) * g * g;
        squares[i] = square;
        values[i]! -= (learningRate * g) / Math.sqrt(square + EPSILON);
      }
    }
  }
}
