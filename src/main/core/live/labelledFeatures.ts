import type { FeatureStore } from '../features/featureStore.ts';

/** Features of the labelled images, kept between refits; only those that are new are read. */
export class LabelledFeatures {
  readonly #dims: number;
  readonly #places = new Map<number, number>();
  #values = new Float32Array(0);

  constructor(dims: number) {
    this.#dims = dims;
  }

  /** How many images are held; place i is row i of `values`. */
  get count(): number {
    return this.#places.size;
  }

  /** `[count, dims]` */
  get values(): Float32Array {
    return this.#values.subarray(0, this.count * this.#dims);
  }

  /** Where an image stands, or undefined where it has no features. */
  placeOf(imageId: number): number | undefined {
    return this.#places.get(imageId);
  }

  /** Reads what is not held yet; `rowOf` gives the row of an image in the store, or undefined. */
  async add(
    imageIds: readonly number[],
    rowOf: (imageId: number) => number | undefined,
    store: FeatureStore,
  ): Promise<void> {
    const added = imageIds.flatMap((imageId) => {
      const row = this.#places.has(imageId) ? undefined : rowOf(imageId);
      return row === undefined ? [] : [{ imageId, row }];
    });
    if (added.length === 0) return;
    const rows = await store.readRows(Uint32Array.from(added, ({ row }) => row));
    const used = this.count * this.#dims;
    if (used + rows.length > this.#values.length) {
      // A tenth more than needed: labels come a few at a time, and copying 100 MB for each would be felt.
      const grown = new Float32Array(Math.ceil((used + rows.length) * 1.1));
      grown.set(this.values);
      this.#values = grown;
    }
    this.#values.set(rows, used);
    for (const { imageId } of added) this.#places.set(imageId, this.#places.size);
  }
}
