import { DECODER_VERSION } from '../images/decoderVersion.ts';
import type { Library } from '../library/library.ts';
import { openFeatureStore, type FeatureStore } from './featureStore.ts';
import {
  countFeatureRows,
  ensureFeatureSet,
  forgetFeatureRows,
  insertFeatureRow,
  type StoredSpec,
} from './imageFeatures.ts';
import type { PreparedGraph } from './prepareGraph.ts';

/**
 * Adds features to a library: first to the flat file, waiting for the disk, then row numbers to the database.
 * A crash between the two leaves a tail that the next opening cuts off, never a row number without a row.
 */
export class FeatureSink {
  readonly featureKey: string;
  readonly #library: Library;
  readonly #store: FeatureStore;
  readonly #dims: number;

  private constructor(library: Library, featureKey: string, dims: number, store: FeatureStore) {
    this.#library = library;
    this.featureKey = featureKey;
    this.#dims = dims;
    this.#store = store;
  }

  /** Opens the features of a graph for adding. A file that is too short is begun anew. */
  static async open(library: Library, graph: PreparedGraph, spec: StoredSpec): Promise<FeatureSink> {
    const { featureKey, dims } = graph;
    ensureFeatureSet(library.db, { featureKey, spec, decoderVersion: DECODER_VERSION, dims });
    const store = await openFeatureStore(library.folder, featureKey, dims);
    const known = countFeatureRows(library.db, featureKey);
    if (store.rowCount < known) forgetFeatureRows(library.db, featureKey);
    await store.trimTo(store.rowCount < known ? 0 : known);
    return new FeatureSink(library, featureKey, dims, store);
  }

  /** Writes feature rows to the file; the caller then records them with `record` inside its own transaction. */
  async append(rows: readonly Float32Array[]): Promise<number> {
    const block = new Float32Array(rows.length * this.#dims);
    rows.forEach((row, index) => block.set(row, index * this.#dims));
    return rows.length === 0 ? this.#store.rowCount : this.#store.appendRows(block);
  }

  record(imageId: number, row: number): void {
    insertFeatureRow(this.#library.db, this.featureKey, imageId, row);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
