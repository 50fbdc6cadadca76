/**
 * An immutable set of image ids as one bit each: a hundred thousand selected images cost 12 kB, and asking
 * for one of them costs nothing. Ids are small positive integers (SQLite row ids).
 */
export class IdSet implements Iterable<number> {
  static readonly empty = new IdSet(new Uint32Array(0), 0);
  readonly #words: Uint32Array;
  readonly size: number;

  private constructor(words: Uint32Array, size: number) {
    this.#words = words;
    this.size = size;
  }

  static of(ids: Iterable<number>): IdSet {
    return IdSet.empty.with(ids);
  }

  has(id: number): boolean {
    return ((this.#words[id >>> 5] ?? 0) & (1 << (id & 31))) !== 0;
  }

  with(ids: Iterable<number>): IdSet {
    const list = ids instanceof Uint32Array || Array.isArray(ids) ? ids : [...ids];
    let wordCount = this.#words.length;
    for (const id of list) wordCount = Math.max(wordCount, (id >>> 5) + 1);
    const words = new Uint32Array(wordCount);
    words.set(this.#words);
    let { size } = this;
    for (const id of list) {
      const word = words[id >>> 5]!;
      const bit = 1 << (id & 31);
      if ((word & bit) !== 0) continue;
      words[id >>> 5] = word | bit;
      size += 1;
    }
    return new IdSet(words, size);
  }

  without(ids: Iterable<number>): IdSet {
    const words = this.#words.slice();
    let { size } = this;
    for (const id of ids) {
      const word = words[id >>> 5];
      const bit = 1 << (id & 31);
      if (word === undefined || (word & bit) === 0) continue;
      words[id >>> 5] = word & ~bit;
      size -= 1;
    }
    return new IdSet(words, size);
  }

  /** Only those that also stand in `ids`. */
  within(ids: Iterable<number>): IdSet {
    const kept: number[] = [];
    for (const id of ids) if (this.has(id)) kept.push(id);
    const within = IdSet.of(kept);
    return within.size === this.size ? this : within;
  }

  /** In rising order. */
  *[Symbol.iterator](): Iterator<number> {
    for (let index = 0; index < this.#words.length; index += 1) {
      let word = this.#words[index]!;
      while (word !== 0) {
        const bit = 31 - Math.clz32(word & -word);
        yield index * 32 + bit;
        word &= word - 1;
      }
    }
  }
}
