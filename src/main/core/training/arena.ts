const PAGE_BYTES = 65_536;
/** Arrays begin and end where vectors of four floats do. */
const VECTOR = 4;

/** Arrays in one piece of memory that WebAssembly code can reach; as many floats as were said at first. */
export class Arena {
  readonly memory: WebAssembly.Memory;
  #used = 0;

  /** @param lengths of every array that will be allocated. */
  constructor(lengths: readonly number[]) {
    const floats = lengths.reduce((sum, length) => sum + roundUp(length), 0);
    const pages = Math.max(1, Math.ceil((floats * Float32Array.BYTES_PER_ELEMENT) / PAGE_BYTES));
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  }

  /** An array of zeros. Throws RangeError when the arena is full. */
  allocate(length: number): Float32Array<ArrayBuffer> {
    const array = new Float32Array(this.memory.buffer, this.#used, length);
    this.#used += roundUp(length) * Float32Array.BYTES_PER_ELEMENT;
    return array;
  }

  /** Whether an array came from here. */
  holds(array: Float32Array): boolean {
    return array.buffer === this.memory.buffer;
  }
}

function roundUp(length: number): number {
  return Math.ceil(length / VECTOR) * VECTOR;
}
