/** Rows of finite numbers that are read piece by piece, so that many of them need little memory. */
export interface RowSource {
  readonly n: number;
  readonly dims: number;
  /** The rows of the given places, `[places.length, dims] float32`. */
  read(places: Uint32Array): Promise<Float32Array>;
}

/** Rows that are in memory already. */
export function rowsInMemory(values: Float32Array, dims: number): RowSource {
  return {
    n: values.length / dims,
    dims,
    read: (places) => {
      const out = new Float32Array(places.length * dims);
      places.forEach((place, i) => out.set(values.subarray(place * dims, (place + 1) * dims), i * dims));
      return Promise.resolve(out);
    },
  };
}
