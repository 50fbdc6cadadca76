import type { FeatureSpec } from '../../../shared/backbones.ts';
import { FoveaError } from '../../../shared/errors.ts';
import { DECODER_VERSION } from '../images/decoderVersion.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import { findBackbone } from './backbones.ts';
import type { GraphSpec } from './extractor.ts';
import { graphCachePath, isGraphWhole } from './graphCache.ts';

export interface PreparedGraph extends GraphSpec {
  /** Names the features in the library: backbone, width, resolution and decoder version. */
  readonly featureKey: string;
  /** The layers model that the graph was made of. */
  readonly networkFolder: string;
}

/**
 * Finds the backbone of a spec and makes sure that its graph lies in the cache, whole; writes it when not.
 * Throws `invalid` for a resolution the network does not allow, and what `findBackbone` throws.
 */
export async function prepareGraph(spec: FeatureSpec): Promise<PreparedGraph> {
  const side = spec.resolution;
  if (!Number.isInteger(side) || side % 32 !== 0 || side < 96 || side > 224) {
    throw new FoveaError('invalid', `The resolution ${side} is not a multiple of 32 from 96 to 224.`);
  }
  const backbone = await findBackbone(spec.backbone, spec.width);
  const graphPath = await ensureGraph(backbone.folder, backbone.sha256, side);
  return {
    graphPath,
    side,
    dims: backbone.dims,
    featureKey: featureKeyOf(spec),
    networkFolder: backbone.folder,
  };
}

/** `mobilenet_v2-1-160-d1`: features with different keys are never mixed. */
export function featureKeyOf(spec: FeatureSpec): string {
  return `${spec.backbone}-${spec.width}-${spec.resolution}-${DECODER_VERSION}`;
}

/**
 * Makes sure that the graph of a layers-model folder lies in the cache, whole, and gives its path. `sha256`
 * is the folder's `hashLayersModel`. Throws `corrupt` or `unsupported` for a folder that is no backbone.
 */
export async function ensureGraph(folder: string, sha256: string, side: number): Promise<string> {
  const graphPath = graphCachePath(sha256, side);
  if (await isGraphWhole(graphPath)) return graphPath;
  const worker = new WorkerProcess(new URL('./backbone.worker.ts', import.meta.url));
  try {
    await worker.call('write', { folder, side, graphPath });
  } finally {
    await worker.close();
  }
  return graphPath;
}
