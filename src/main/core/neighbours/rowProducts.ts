import type { InferenceSession } from 'onnxruntime-node';
import { OnnxGraph } from '../features/onnxGraph.ts';
import { ort } from '../features/onnxruntime.ts';

/** Products of rows with rows by the processor's vector instructions; the rows are read where they stand. */
export class RowProducts {
  readonly dims: number;
  readonly #session: InferenceSession;

  private constructor(dims: number, session: InferenceSession) {
    this.dims = dims;
    this.#session = session;
  }

  static async open(dims: number, threads: number): Promise<RowProducts> {
    const session = await ort.InferenceSession.create(writeProduct(dims), {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
    });
    return new RowProducts(dims, session);
  }

  /** left `[m, dims]` · right `[n, dims]`ᵀ = `[m, n]`, float32 throughout. */
  async multiply(left: Float32Array, right: Float32Array): Promise<Float32Array> {
    const { product } = await this.#session.run({
      left: new ort.Tensor('float32', left, [left.length / this.dims, this.dims]),
      right: new ort.Tensor('float32', right, [right.length / this.dims, this.dims]),
    });
    return product!.data as Float32Array;
  }

  close(): Promise<void> {
    return this.#session.release();
  }
}

function writeProduct(dims: number): Uint8Array {
  const graph = new OnnxGraph();
  graph.addNode('Transpose', 'turned', ['right'], { perm: [1, 0] });
  graph.addNode('MatMul', 'product', ['left', 'turned']);
  return graph.encodeFloats(
    [
      { name: 'left', shape: ['m', dims] },
      { name: 'right', shape: ['n', dims] },
    ],
    [{ name: 'product', shape: ['m', 'n'] }],
  );
}
