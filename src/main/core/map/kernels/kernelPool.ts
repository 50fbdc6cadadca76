import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { FoveaError } from '../../../../shared/errors.ts';
import {
  CONTROL,
  instantiate,
  KERNEL_NAMES,
  MOST_ARGUMENTS,
  takeParts,
  type Kernel,
  type KernelName,
  type ThreadData,
} from './kernelNames.ts';

const FILE = new URL('../../../../../out/kernels/map.wasm', import.meta.url);
const PAGE = 65_536;
const MOST_PAGES = 65_536;
/** Below this the compiler keeps its constants. */
const FIRST_FREE = 65_536;
/** More threads wait for memory more than they compute. */
const MOST_THREADS = 8;
const LOOKS = 20_000;

/**
 * The kernels of the map on every processor core over one shared memory. Work is cut into parts whose results do not
 * depend on who does them, so that the number of threads changes nothing but the time. Memory is handed out like a
 * stack; nothing is cleared.
 */
export class KernelPool {
  readonly memory: WebAssembly.Memory;
  readonly threads: number;
  readonly #kernels: readonly Kernel[];
  readonly #control: Int32Array;
  readonly #args: Float64Array;
  readonly #helpers: readonly Worker[];
  #top = FIRST_FREE;

  private constructor(module: WebAssembly.Module, threads: number) {
    this.memory = new WebAssembly.Memory({ initial: 16, maximum: MOST_PAGES, shared: true });
    this.threads = threads;
    this.#kernels = instantiate(module, this.memory);
    const control = new SharedArrayBuffer(CONTROL.words * 4 + MOST_ARGUMENTS * 8);
    this.#control = new Int32Array(control, 0, CONTROL.words);
    this.#args = new Float64Array(control, CONTROL.words * 4);
    this.#helpers = Array.from({ length: threads - 1 }, (_, i) => {
      const workerData: ThreadData = { module, memory: this.memory, control, thread: i + 1 };
      const worker = new Worker(new URL('./helper.thread.ts', import.meta.url), { workerData });
      worker.unref();
      return worker;
    });
  }

  /**
   * @param threads as many as the machine has cores, at most 8, unless said otherwise
   * @throws FoveaError `unsupported` when the kernels were not compiled or this Node cannot run them
   */
  static async open(threads = Math.min(availableParallelism(), MOST_THREADS)): Promise<KernelPool> {
    const bytes = await readFile(FILE).catch((cause: unknown) => {
      throw new FoveaError('unsupported', 'The part of the studio that computes maps was not compiled.', {
        todo: 'Run “npm start” or “npm test” once in the folder of the studio: they compile it.',
        cause,
      });
    });
    try {
      return new KernelPool(await WebAssembly.compile(bytes), threads);
    } catch (cause) {
      throw new FoveaError('unsupported', 'This computer cannot run the part that computes maps.', {
        todo: 'A processor with WebAssembly SIMD is needed.',
        cause,
      });
    }
  }

  /** Does all parts of a piece of work and returns when they are done. */
  run(name: KernelName, parts: number, ...args: number[]): void {
    if (parts === 0) return;
    const control = this.#control;
    this.#args.set(args);
    control[CONTROL.kernel] = KERNEL_NAMES.indexOf(name);
    control[CONTROL.parts] = parts;
    Atomics.store(control, CONTROL.done, 0);
    Atomics.store(control, CONTROL.left, parts);
    if (this.threads > 1 && parts > 1) Atomics.notify(control, CONTROL.left);
    takeParts(0, this.#kernels, control, this.#args);
    for (let looks = LOOKS; ;) {
      const done = Atomics.load(control, CONTROL.done);
      if (done >= parts) break;
      if (looks > 0) looks -= 1;
      else Atomics.wait(control, CONTROL.done, done, 10);
    }
    if (control[CONTROL.failed] !== 0) throw new Error(`The kernel ${name} failed.`);
  }

  /**
   * The address of `bytes` of memory, a multiple of 64.
   * @throws FoveaError `no_space` past 4 GB
   */
  take(bytes: number): number {
    const address = Math.ceil(this.#top / 64) * 64;
    // Vectors may read a little past the end of an array.
    const top = address + bytes + 64;
    const missing = top - this.memory.buffer.byteLength;
    if (missing > 0) {
      try {
        this.memory.grow(Math.ceil(missing / PAGE));
      } catch (cause) {
        throw new FoveaError('no_space', 'There is not enough memory for a map of so many images.', {
          todo: 'Close other programs, or map fewer images.',
          cause,
        });
      }
    }
    this.#top = top;
    return address;
  }

  /** Where the stack of memory ends; `release` gives back everything taken since. */
  mark(): number {
    return this.#top;
  }

  release(mark: number): void {
    this.#top = mark;
  }

  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, length);
  }

  integers(address: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, length);
  }

  /** Copies numbers into memory of their own and returns its address. */
  place(values: Float32Array | Int32Array | Uint32Array): number {
    const address = this.take(values.byteLength);
    new Uint8Array(this.memory.buffer, address, values.byteLength).set(
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    );
    return address;
  }

  async close(): Promise<void> {
    await Promise.all(this.#helpers.map((helper) => helper.terminate()));
  }
}
