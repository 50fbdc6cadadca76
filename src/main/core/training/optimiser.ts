import type { EpochSettings } from '../../../shared/training.ts';
import { Adam } from './adam.ts';
import type { Arena } from './arena.ts';
import { RmsProp } from './rmsProp.ts';
import { Sgd } from './sgd.ts';

/** All that an optimiser remembers between steps. */
export interface OptimiserState {
  readonly steps: number;
  /** Its arrays, each as long as the parameter array that it belongs to. */
  readonly moments: readonly Float32Array[];
}

/** Changes parameters in place by their gradients. */
export interface Optimiser {
  /** The arrays themselves, not copies. */
  readonly state: OptimiserState;
  /** Goes on from a state of an optimiser of the same kind and sizes. */
  restore(state: OptimiserState): void;
  /** One update; `parameters[i]` and `gradients[i]` have the same length. */
  step(parameters: readonly Float32Array[], gradients: readonly Float32Array[], learningRate: number): void;
}

/**
 * The optimiser of a recipe for parameter arrays of these lengths, with TensorFlow.js' constants and formulas. `arena`,
 * where the parameters lie in one, has room for two more arrays of each length.
 */
export function makeOptimiser(
  { optimiser, learningRate, momentum }: Pick<EpochSettings, 'optimiser' | 'learningRate' | 'momentum'>,
  sizes: readonly number[],
  arena?: Arena,
): Optimiser {
  switch (optimiser) {
    case 'adam':
      return new Adam(learningRate, sizes, arena);
    case 'rmsprop':
      return new RmsProp(sizes);
    case 'sgd':
      return new Sgd(sizes, momentum);
  }
}
