import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';

/** Four 32-bit words; plain JSON, to be kept in checkpoints. */
export type RandomState = readonly number[];

/** A seeded source of randomness: the same seed gives the same numbers on every machine and Node version. */
export interface Random {
  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  next(): number;
  /** Uniform integer in [0, maxExclusive); `maxExclusive` is a positive integer below 2³². */
  int(maxExclusive: number): number;
  /** Standard normal. */
  normal(): number;
  /** Fisher–Yates in place; returns the same array. */
  shuffle<T extends Shufflable>(array: T): T;
  /** What `restoreRandom` needs to continue after the last number drawn. */
  state(): RandomState;
}

export type Shufflable = unknown[] | Float32Array | Float64Array | Int32Array | Uint8Array | Uint32Array;

const TWO_POW_26 = 1 / 2 ** 26;
const TWO_POW_53 = 1 / 2 ** 53;
const WARM_UP = 16;

/** Starts a generator from an integer seed (its lower 32 bits count). */
export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(mixBits(seed | 0));
  // The first outputs of neighbouring seeds are alike; after a few steps they are not.
  for (let step = 0; step < WARM_UP; step += 1) generator.next();
  return wrap(generator);
}

/** Continues a generator from its recorded state. Throws RangeError on anything but four words. */
export function restoreRandom(state: RandomState): Random {
  if (state.length !== 4) throw new RangeError('A random state has four words.');
  return wrap(xoroshiro128plusFromState(state));
}

/** A seed (unsigned 32 bit) from a text: FNV-1a over its UTF-16 units, then mixed. */
export function hashToSeed(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return mixBits(hash) >>> 0;
}

function wrap(generator: JumpableRandomGenerator): Random {
  const next = (): number => {
    const high = generator.next() & 0x3ffffff;
    const low = generator.next() & 0x7ffffff;
    return high * TWO_POW_26 + low * TWO_POW_53;
  };
  const int = (maxExclusive: number): number => Math.floor(next() * maxExclusive);
  return {
    next,
    int,
    normal() {
      // Box–Muller without keeping the second value, so that the state is the generator's alone.
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      return radius * Math.cos(2 * Math.PI * next());
    },
    shuffle<T extends Shufflable>(array: T): T {
      const cells: { [index: number]: unknown } = array;
      for (let index = array.length - 1; index > 0; index -= 1) {
        const other = int(index + 1);
        const held = cells[index];
        cells[index] = cells[other];
        cells[other] = held;
      }
      return array;
    },
    state: () => [...generator.getState()],
  };
}

/** The finaliser of MurmurHash3: every input bit reaches every output bit. */
function mixBits(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
