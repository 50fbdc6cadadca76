import { ensureKernels } from '../../scripts/setup/kernels.mjs';
import { KernelPool } from '../../src/main/core/map/kernels/kernelPool.ts';

/** The kernels of the map, compiled from the present sources first where they are not. */
export async function openKernels(threads?: number): Promise<KernelPool> {
  await ensureKernels();
  return KernelPool.open(threads);
}
