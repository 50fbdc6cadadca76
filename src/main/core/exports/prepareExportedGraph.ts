import { sideOf } from '../../../shared/training.ts';
import type { GraphSpec } from '../features/extractor.ts';
import { graphCachePath, isGraphWhole } from '../features/graphCache.ts';
import { hashLayersModel } from '../features/readLayersModel.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import type { ExportedModel } from './readExport.ts';

/**
 * Makes sure that the ONNX graph of an exported model's backbone lies in the cache, and says where: the same
 * engine then serves models of a library and exported ones. Throws `unsupported` or `corrupt`.
 */
export async function prepareExportedGraph({
  card,
  head,
  backboneFolder,
}: ExportedModel): Promise<GraphSpec> {
  const side = sideOf(card.recipe);
  const graphPath = graphCachePath(await hashLayersModel(backboneFolder), side);
  if (!(await isGraphWhole(graphPath))) {
    const worker = new WorkerProcess(new URL('../features/backbone.worker.ts', import.meta.url));
    try {
      await worker.call('write', { folder: backboneFolder, side, graphPath });
    } finally {
      await worker.close();
    }
  }
  return { graphPath, side, dims: head.inputs };
}
