/** Rows for a worker to hold; those it holds already stay. */
export interface RowsInput {
  readonly folder: string;
  readonly featureKey: string;
  readonly dims: number;
  /** `[n]` image of each row, and `[n]` its place in the feature file. */
  readonly imageIds: Uint32Array;
  readonly rows: Uint32Array;
}

export interface NearestInput {
  /** `[dims] float32`, of any length but 0. */
  readonly vector: Float32Array;
  readonly count: number;
}

export interface NearestOutput {
  /** Most similar first. */
  readonly imageIds: Uint32Array;
  /** Cosine similarities, −1 … 1. */
  readonly similarities: Float32Array;
}
