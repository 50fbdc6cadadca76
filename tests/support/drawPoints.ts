import { createRandom } from '../../src/main/core/math/random.ts';

/** `[n, dims] float32`: normal clouds of radius 1 around `clusters` centres some `apart` from each other, in turn. */
export function drawPoints(n: number, dims: number, clusters: number, apart: number, seed = 1): Float32Array {
  const random = createRandom(seed);
  const centres = Float32Array.from(
    { length: clusters * dims },
    () => (apart * random.normal()) / Math.sqrt(2 * dims),
  );
  return Float32Array.from(
    { length: n * dims },
    (_, at) => random.normal() + centres[(Math.floor(at / dims) % clusters) * dims + (at % dims)]!,
  );
}
