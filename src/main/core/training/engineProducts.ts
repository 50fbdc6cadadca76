import type { Tf } from './engines.ts';

/** A matrix as the engine takes it: `values` is row-major `[rows, columns]`. */
export interface Matrix {
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** `left · right` on the engine, `[left.rows, right.columns] float32`; leaves no tensor behind. */
export function multiply(tf: Tf, left: Matrix, right: Matrix): Float32Array {
  const a = tf.tensor2d(left.values, [left.rows, left.columns]);
  const b = tf.tensor2d(right.values, [right.rows, right.columns]);
  const product = tf.matMul(a, b);
  // Read outside of tf.tidy, which walks every element of an array that it returns.
  const values = product.dataSync() as Float32Array;
  tf.dispose([a, b, product]);
  return values;
}

/** The transpose; the engines' own transposing product is ten times slower in wasm. */
export function transpose({ values, rows, columns }: Matrix): Matrix {
  const turned = new Float32Array(values.length);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) turned[column * rows + row] = values[i]!;
  }
  return { values: turned, rows: columns, columns: rows };
}
