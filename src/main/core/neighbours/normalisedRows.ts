import type { RowProducts } from './rowProducts.ts';

/** Single precision may rank rows that are alike to six digits the wrong way round. */
const SPARE = 32;
/** Rows multiplied at once. */
const PART = 16_384;

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
   * row is compared, and those that may be among the best once more in double precision.
   */
  async nearest(
    vector: Float32Array,
    count: number,
    products: RowProducts,
  ): Promise<{ imageIds: Uint32Array; similarities: Float32Array }> {
    const query = Float32Array.from(vector);
    normalise(query, 0, this.dims);
    const rough = new BestList(count + SPARE);
    const places = new Map<number, number>();
    // In parts, since the memory behind grows by the rows that are still to come.
    for (let from = 0; from < this.#count; from += PART) {
      const part = this.#values.subarray(from * this.dims, Math.min(this.#count, from + PART) * this.dims);
      const similarities = await products.multiply(part, query);
      for (let row = 0; row < similarities.length; row += 1) {
        const imageId = this.#imageIds[from + row]!;
        if (rough.offer(imageId, similarities[row]!)) places.set(imageId, from + row);
      }
    }
    const best = new BestList(count);
    for (const imageId of rough.list().imageIds)
      best.offer(imageId, this.#multiply(places.get(imageId)!, query));
    return best.list();
  }

  #multiply(row: number, query: Float32Array): number {
    const from = row * this.dims;
    let sum = 0;
    for (let i = 0; i < this.dims; i += 1) sum += this.#values[from + i]! * query[i]!;
    return sum;
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

  /** @returns whether it is among the best now */
  offer(imageId: number, similarity: number): boolean {
    const { length } = this.#imageIds;
    if (length === this.#most && !this.#isBetter(imageId, similarity, length - 1)) return false;
    let place = length;
    while (place > 0 && this.#isBetter(imageId, similarity, place - 1)) place -= 1;
    this.#imageIds.splice(place, 0, imageId);
    this.#similarities.splice(place, 0, similarity);
    if (length === this.#most) {
      this.#imageIds.pop();
      this.#similarities.pop();
    }
    return true;
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
