import type { FeatureSpec } from '../../../shared/backbones.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import { findBackbone } from './backbones.ts';
import type { MapShape } from './cutNetwork.ts';
import { graphCachePath } from './graphCache.ts';
import { featureKeyOf, type PreparedGraph } from './prepareGraph.ts';

/** What an image is before the blocks that are trained: `shape` numbers of it, row by row, channels last. */
export interface PreparedTrunk extends PreparedGraph {
  readonly shape: MapShape;
}

/**
 * Makes sure that the graph of the frozen part of a backbone, before its last `blocks` blocks, lies in the cache. Throws
 * what `findBackbone` and `cutNetwork` throw.
 */
export async function prepareTrunk(spec: FeatureSpec, blocks: number): Promise<PreparedTrunk> {
  const { folder, sha256 } = await findBackbone(spec.backbone, spec.width);
  const side = spec.resolution;
  const graphPath = graphCachePath(`${sha256}:before-${blocks}`, side);
  const worker = new WorkerProcess(new URL('./backbone.worker.ts', import.meta.url));
  try {
    const shape = await worker.call<MapShape>('writeTrunk', { folder, side, blocks, graphPath });
    const dims = shape[0] * shape[1] * shape[2];
    return { graphPath, side, dims, shape, featureKey: trunkKey(spec, blocks), networkFolder: folder };
  } finally {
    await worker.close();
  }
}

/** A set that a recipe put together, so that nothing else chooses it. */
export const trunkKey = (spec: FeatureSpec, blocks: number): string =>
  `set-before-${blocks}-${featureKeyOf(spec)}`;
