import type * as Tf from '@tensorflow/tfjs';

/**
 * Known answers of a TensorFlow.js engine: a 2×2 matrix product and one gradient. Throws with what differed.
 * The gradient is that of Σ(x·w)² at x = [1, 2], w = [3, 4]ᵀ: 2(x·w)·xᵀ = [22, 44]ᵀ.
 */
export function checkTensorflow(tf: typeof Tf): void {
  tf.tidy(() => {
    const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
    expectValues('matrix product', product.dataSync(), [19, 22, 43, 50]);
    const x = tf.tensor2d([1, 2], [1, 2]);
    const slope = tf.grad((w) => tf.square(tf.matMul(x, w)).sum());
    expectValues('gradient', slope(tf.tensor2d([3, 4], [2, 1])).dataSync(), [22, 44]);
  });
}

function expectValues(what: string, actual: ArrayLike<number>, expected: readonly number[]): void {
  const same =
    actual.length === expected.length &&
    expected.every((value, index) => Math.abs((actual[index] ?? NaN) - value) < 1e-4);
  if (!same) throw new Error(`wrong ${what}: ${Array.from(actual).join(' ')}, not ${expected.join(' ')}`);
}
