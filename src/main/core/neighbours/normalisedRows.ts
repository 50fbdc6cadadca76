/**
 * Feature rows of length 1, for cosine similarity as a plain product; rows of only zeros stay zeros, and rows with a
 * value that is no number become zeros, so that they are near nothing.
 */
export class NormalisedRows {
  readonly dims: number;
  #imageIds: Uint32Array = new Uint32Array(0);
  #values: Float32Array = new Float32Array(0);
  #count = 0;

  constructor(dims: number) {
    this.dims = dims;
  }

  get count(): number {
    return this.#count;
  }

  /** Appends `[n, dims]` rows of the given images; the values are normalised where they stand. */
  append(imageIds: Uint32Array, rows: Float32Array): void {
    const used = this.#count * this.dims;
    const total = this.#count + imageIds.length;
    if (this.#count === 0 && rows.length > 0) {
      this.#values = rows;
      this.#imageIds = imageIds;
    } else {
      if (total * this.dims > this.#values.length) {
        // A tenth more than needed, since images come in batches.
        const values = new Float32Array(Math.ceil(total * 1.1) * this.dims);
        values.set(this.#values.subarray(0, used));
        this.#values = values;
        const ids = new Uint32Array(Math.ceil(total * 1.1));
        ids.set(this.#imageIds.subarray(0, this.#count));
        this.#imageIds = ids;
      }
      this.#values.set(rows, used);
      this.#imageIds.set(imageIds, this.#count);
    }
    for (let row = this.#count; row < total; row += 1) normalise(this.#values, row * this.dims, this.dims);
    this.#count = total;
  }

  /**
   * The `count` rows most similar to a vector `[dims]`, most similar first; of equals the smaller image id. Exact: every
   * row is compared.
   */
  nearest(vector: Float32Array, count: number): { imageIds: Uint32Array; similarities: Float32Array } {
    const query = Float32Array.from(vector);
    normalise(query, 0, this.dims);
    const best = new BestList(count);
    const { dims } = this;
    const values = this.#values;
    for (let row = 0, at = 0; row < this.#count; row += 1, at += dims) {
      // Four sums let the processor do four products at a time.
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      let i = 0;
      for (; i + 3 < dims; i += 4) {
        a += values[at + i]! * query[i]!;
        b += values[at + i + 1]! * query[i + 1]!;
        c += values[at + i + 2]! * query[i + 2]!;
        d += values[at + i + 3]! * query[i + 3]!;
      }
      for (; i < dims; i += 1) a += values[at + i]! * query[i]!;
      best.offer(this.#imageIds[row]!, a + b + c + d);
    }
    return best.list();
  }
}

/** The best so far, in order; short, so that inserting is cheap. */
class BestList {
  readonly #most: number;
  readonly #imageIds: number[] = [];
  readonly #similarities: number[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  offer(imageId: number, similarity: number): void {
    const { length } = this.#imageIds;
    if (length === this.#most && !this.#isBetter(imageId, similarity, length - 1)) return;
    let place = length;
    while (place > 0 && this.#isBetter(imageId, similarity, place - 1)) place -= 1;
    this.#imageIds.splice(place, 0, imageId);
    this.#similarities.splice(place, 0, similarity);
    if (length === this.#most) {
      this.#imageIds.pop();
      this.#similarities.pop();
    }
  }

  list(): { imageIds: Uint32Array; similarities: Float32Array } {
    return {
      imageIds: Uint32Array.from(this.#imageIds),
      similarities: Float32Array.from(this.#similarities),
    };
  }

  #isBetter(imageId: number, similarity: number, place: number): boolean {
    const other = this.#similarities[place]!;
    return similarity > other || (similarity === other && imageId < this.#imageIds[place]!);
  }
}

function normalise(values: Float32Array, from: number, dims: number): void {
  let squares = 0;
  for (let i = from; i < from + dims; i += 1) squares += values[i]! * values[i]!;
  const scale = squares > 0 && Number.isFinite(squares) ? 1 / Math.sqrt(squares) : 0;
  for (let i = from; i < from + dims; i += 1) values[i] = scale === 0 ? 0 : values[i]! * scale;
}
