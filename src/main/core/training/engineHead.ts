import { multiply } from './engineProducts.ts';
import type { Tf } from './engines.ts';
import type { Head } from './head.ts';

/**
 * `applyHead` with the products on the engine: the same logits `[n, classes] float32` within 1e-5, many times
 * faster for heads with hidden layers. `features` is `[n, inputs] float32`.
 */
export function applyHeadOnEngine(tf: Tf, head: Head, features: Float32Array, n: number): Float32Array {
  let values = features;
  let columns = head.inputs;
  for (const layer of head.layers) {
    if (layer.kind === 'dense') {
      const kernel = { values: layer.kernel, rows: layer.inputs, columns: layer.units };
      values = multiply(tf, { values, rows: n, columns }, kernel);
      columns = layer.units;
      const floor = layer.activation === 'relu' ? 0 : -Infinity;
      for (let i = 0; i < values.length; i++)
        values[i] = Math.max(floor, values[i]! + layer.bias[i % columns]!);
    } else {
      const scale = layer.gamma.map((g, u) => g / Math.sqrt(layer.variance[u]! + layer.epsilon));
      for (let i = 0; i < values.length; i++) {
        const u = i % columns;
        values[i] = (values[i]! - layer.mean[u]!) * scale[u]! + layer.beta[u]!;
      }
    }
  }
  return values;
}
