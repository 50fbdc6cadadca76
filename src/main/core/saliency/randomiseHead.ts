import { createRandom, type Random } from '../math/random.ts';
import type { Head } from '../training/head.ts';

/**
 * A head of the same form that has learnt nothing: every kernel drawn anew with the spread that it has, biases 0. What
 * a map shows of it has nothing to do with the classes (Adebayo et al., Sanity Checks for Saliency Maps, 2018).
 */
export function randomiseHead(head: Head, seed: number): Head {
  const random = createRandom(seed);
  return {
    ...head,
    layers: head.layers.map((layer) =>
      layer.kind === 'dense'
        ? { ...layer, kernel: drawLike(layer.kernel, random), bias: new Float32Array(layer.units) }
        : layer,
    ),
  };
}

function drawLike(kernel: Float32Array, random: Random): Float32Array {
  const spread = Math.sqrt(kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length);
  return kernel.map(() => spread * random.normal());
}
