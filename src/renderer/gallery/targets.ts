import { IdSet } from '../state/idSet.ts';

/** A filter as it stands in an address. */
type Query = Readonly<Record<string, string>>;

/** How a call names images. */
export type TargetRequest =
  { readonly imageIds: number[] } | { readonly query: Query; readonly exceptIds: number[] };

/** The images that an action is about: a list, or all that match a filter less some. */
export class Targets implements Iterable<number> {
  /** Those that are known to be meant; of a filter, those that matched when it was last read. */
  readonly ids: IdSet;
  readonly #query: Query | null;
  readonly #except: IdSet;

  constructor(ids: IdSet, query: Query | null, except: IdSet) {
    this.ids = ids;
    this.#query = query;
    this.#except = except;
  }

  static of(imageIds: Iterable<number>): Targets {
    const ids = imageIds instanceof IdSet ? imageIds : IdSet.of(imageIds);
    return new Targets(ids, null, IdSet.empty);
  }

  get size(): number {
    return this.ids.size;
  }

  /** The body of a call about them. A filter goes as it is, however many images match it. */
  get request(): TargetRequest {
    if (this.#query === null) return { imageIds: [...this.ids] };
    return { query: this.#query, exceptIds: [...this.#except] };
  }

  [Symbol.iterator](): Iterator<number> {
    return this.ids[Symbol.iterator]();
  }
}
