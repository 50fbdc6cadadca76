import { workerData } from 'node:worker_threads';
import { CONTROL, instantiate, takeParts, type ThreadData } from './kernelNames.ts';

/** How often a thread looks for more work before it sleeps: pieces of work follow one another within microseconds. */
const LOOKS = 3_000;

const { module, memory, control: shared, thread } = workerData as ThreadData;
const control = new Int32Array(shared, 0, CONTROL.words);
const args = new Float64Array(shared, CONTROL.words * 4);
const kernels = instantiate(module, memory);

for (;;) {
  takeParts(thread, kernels, control, args);
  let looks = LOOKS;
  while (looks > 0 && Atomics.load(control, CONTROL.left) <= 0) looks -= 1;
  if (looks === 0) Atomics.wait(control, CONTROL.left, 0);
}
