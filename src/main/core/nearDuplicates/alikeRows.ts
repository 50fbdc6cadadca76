import { availableParallelism } from 'node:os';
import { throwIfCancelled } from '../../../shared/errors.ts';
import { breathe } from '../breathe.ts';
import { RowProducts } from '../neighbours/rowProducts.ts';

/** Rows of one side of a product: large enough for the processor to be busy, small enough to stay in its cache. */
const BLOCK = 1024;

/**
 * Every pair of rows whose cosine is at least `least`: exact, by products of blocks.
 * @param rows `[n, dims] float32` of length 1
 * @throws FoveaError `cancelled`
 */
export async function findAlikeRows(
  rows: Float32Array,
  dims: number,
  least: number,
  onPair: (low: number, high: number, cosine: number) => void,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (share: number) => void },
): Promise<void> {
  const n = rows.length / dims;
  const products = await RowProducts.open(dims, availableParallelism());
  const blocks = Math.ceil(n / BLOCK);
  const total = (blocks * (blocks + 1)) / 2;
  let done = 0;
  try {
    for (let a = 0; a < n; a += BLOCK) {
      const left = rows.subarray(a * dims, Math.min(n, a + BLOCK) * dims);
      for (let b = a; b < n; b += BLOCK) {
        const right = rows.subarray(b * dims, Math.min(n, b + BLOCK) * dims);
        const width = right.length / dims;
        const values = await products.multiply(left, right);
        for (let at = 0; at < values.length; at += 1) {
          if (values[at]! < least) continue;
          const low = a + Math.floor(at / width);
          const high = b + (at % width);
          if (low < high) onPair(low, high, values[at]!);
        }
        done += 1;
        onProgress(done / total);
        await breathe();
        throwIfCancelled(signal);
      }
    }
  } finally {
    await products.close();
  }
}
