/** What the compiled kernels export, in the order that threads are told of them by number. */
export const KERNEL_NAMES = [
  'addGram',
  'multiply',
  'packCentred',
  'improveNearest',
  'scanNearest',
  'sortHeaps',
  'convolveColumns',
  'restoreRows',
  'spreadPoints',
  'transformRows',
  'findForces',
  'movePoints',
  'calibrate',
  'join',
  'sortById',
  'turnRound',
  'rankRows',
  'sumDivergence',
  'sumPairs',
] as const;

export type KernelName = (typeof KERNEL_NAMES)[number];

/** A kernel does one part of a piece of work: `(thread, part, …arguments)`, all numbers or addresses. */
export type Kernel = (thread: number, part: number, ...args: number[]) => void;

/** Where the words of the shared block of control stand. */
export const CONTROL = { left: 0, done: 1, parts: 2, kernel: 3, failed: 4, words: 8 } as const;
/** Most arguments of a kernel. */
export const MOST_ARGUMENTS = 20;

/** What a helping thread is started with. */
export interface ThreadData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
  readonly thread: number;
}

/** The kernels of one thread over the shared memory. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel[] {
  const instance = new WebAssembly.Instance(module, {
    env: {
      memory,
      abort: () => {
        throw new Error('A kernel of the map stopped.');
      },
    },
  });
  return KERNEL_NAMES.map((name) => instance.exports[name] as Kernel);
}

/**
 * Takes part after part of the present piece of work until none is left. A part belongs to whoever lowers the count of
 * those left; arguments are read after that, so a thread that wakes late finds either nothing or work that is going on.
 */
export function takeParts(
  thread: number,
  kernels: readonly Kernel[],
  control: Int32Array,
  args: Float64Array,
): void {
  for (;;) {
    const left = Atomics.load(control, CONTROL.left);
    if (left <= 0) return;
    if (Atomics.compareExchange(control, CONTROL.left, left, left - 1) !== left) continue;
    try {
      kernels[control[CONTROL.kernel]!]!(thread, left - 1, ...args);
    } catch {
      Atomics.store(control, CONTROL.failed, 1);
    }
    const parts = control[CONTROL.parts]!;
    if (Atomics.add(control, CONTROL.done, 1) + 1 === parts) Atomics.notify(control, CONTROL.done);
  }
}
