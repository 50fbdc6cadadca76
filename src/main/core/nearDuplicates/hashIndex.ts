import { HASH_BYTES, ORIENTATIONS } from '../images/perceptualHash.ts';

/** A hash is cut into four pieces of 16 bits, each of which has a table of the images that hold it. */
const PIECES = 4;
const PIECE_BITS = 16;

/**
 * Two hashes that differ in at most this many bits differ in at most two of one of their four pieces (the pigeonhole
 * principle: Norouzi, Punjani & Fleet 2012, multi-index hashing), so no pair within it is missed.
 */
export const MAX_DISTANCE = 11;

/** All changes of up to two bits of a piece, none first. */
const CHANGES: readonly number[] = (() => {
  const changes = [0];
  for (let a = 0; a < PIECE_BITS; a += 1) {
    changes.push(1 << a);
    for (let b = 0; b < a; b += 1) changes.push((1 << a) | (1 << b));
  }
  return changes;
})();

/** Perceptual hashes of images, looked up by likeness; images without a hash are near nothing. */
export class HashIndex {
  readonly #count: number;
  /** `[n, ORIENTATIONS, 2] uint32`: each hash as two words. */
  readonly #words: Uint32Array;
  readonly #hasHash: Uint8Array;
  /** For each piece: where the images of each value begin, and the images. */
  readonly #tables: readonly { readonly starts: Uint32Array; readonly images: Uint32Array }[];

  /** @param hashes of each image, as `hashPicture` gives them */
  constructor(hashes: readonly Uint8Array[]) {
    this.#count = hashes.length;
    this.#words = new Uint32Array(hashes.length * ORIENTATIONS * 2);
    this.#hasHash = new Uint8Array(hashes.length);
    const bytes = new Uint8Array(this.#words.buffer);
    for (const [image, hash] of hashes.entries()) {
      if (hash.length !== HASH_BYTES * ORIENTATIONS) continue;
      bytes.set(hash, image * HASH_BYTES * ORIENTATIONS);
      this.#hasHash[image] = 1;
    }
    this.#tables = Array.from({ length: PIECES }, (_, piece) => this.#tabulate(piece));
  }

  /** Bits in which two images differ in the orientation that suits best; 64 when one has no hash. */
  distance(first: number, second: number): number {
    if (this.#hasHash[first] === 0 || this.#hasHash[second] === 0) return 64;
    const own = second * ORIENTATIONS * 2;
    let best = 64;
    for (let orientation = 0; orientation < ORIENTATIONS; orientation += 1) {
      best = Math.min(best, this.#differ((first * ORIENTATIONS + orientation) * 2, own));
    }
    return best;
  }

  /** Images behind `image` in the list that differ from it in at most MAX_DISTANCE bits, with the distance. */
  findNear(image: number): Map<number, number> {
    const found = new Map<number, number>();
    if (this.#hasHash[image] === 0) return found;
    for (let orientation = 0; orientation < ORIENTATIONS; orientation += 1) {
      const at = (image * ORIENTATIONS + orientation) * 2;
      for (const [piece, { starts, images }] of this.#tables.entries()) {
        const value = this.#pieceAt(at, piece);
        for (const change of CHANGES) {
          const key = value ^ change;
          for (let i = starts[key]!; i < starts[key + 1]!; i += 1) {
            const other = images[i]!;
            if (other <= image) continue;
            const distance = this.#differ(at, other * ORIENTATIONS * 2);
            if (distance <= MAX_DISTANCE && distance < (found.get(other) ?? 64)) found.set(other, distance);
          }
        }
      }
    }
    return found;
  }

  #tabulate(piece: number): { starts: Uint32Array; images: Uint32Array } {
    const starts = new Uint32Array(2 ** PIECE_BITS + 1);
    const each = (visit: (value: number, image: number) => void): void => {
      for (let image = 0; image < this.#count; image += 1) {
        if (this.#hasHash[image] === 1) visit(this.#pieceAt(image * ORIENTATIONS * 2, piece), image);
      }
    };
    each((value) => (starts[value + 1]! += 1));
    for (let value = 0; value < 2 ** PIECE_BITS; value += 1) starts[value + 1]! += starts[value]!;
    const next = starts.slice();
    const images = new Uint32Array(starts.at(-1)!);
    each((value, image) => (images[next[value]!++] = image));
    return { starts, images };
  }

  #pieceAt(at: number, piece: number): number {
    return (this.#words[at + (piece >> 1)]! >>> ((piece & 1) * PIECE_BITS)) & 0xffff;
  }

  #differ(first: number, second: number): number {
    const words = this.#words;
    return countBits(words[first]! ^ words[second]!) + countBits(words[first + 1]! ^ words[second + 1]!);
  }
}

/** Bits set in a 32-bit word (Warren, Hacker's Delight, 5–1). */
function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
