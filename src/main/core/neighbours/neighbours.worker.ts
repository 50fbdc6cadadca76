import { openFeatureStore } from '../features/featureStore.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import type { NearestInput, NearestOutput, RowsInput } from './neighbourProtocol.ts';
import { RowProducts } from './rowProducts.ts';
import { NormalisedRows } from './normalisedRows.ts';

/** Rows read at once: about 40 MB. */
const CHUNK = 8_192;

let rows: NormalisedRows | null = null;
let products: Promise<RowProducts> | null = null;

serveWorker({
  /** Reads more rows; the first call says how long they are. */
  add: async ({ folder, featureKey, dims, imageIds, rows: places }: RowsInput): Promise<number> => {
    rows ??= new NormalisedRows(dims);
    const store = await openFeatureStore(folder, featureKey, dims);
    try {
      const values = new Float32Array(places.length * dims);
      for (let from = 0; from < places.length; from += CHUNK) {
        values.set(await store.readRows(places.subarray(from, from + CHUNK)), from * dims);
      }
      rows.append(imageIds, values);
    } finally {
      await store.close();
    }
    return rows.count;
  },
  nearest: async ({ vector, count }: NearestInput): Promise<NearestOutput> => {
    if (rows === null) return { imageIds: new Uint32Array(0), similarities: new Float32Array(0) };
    // One thread: each core has a process like this.
    products ??= RowProducts.open(rows.dims, 1);
    return rows.nearest(vector, count, await products);
  },
});
