import type { BackboneName } from '../../../shared/backbones.ts';
import { writeFileAtomic } from '../files/writeAtomic.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import { checkBackbone, type CheckedBackbone } from './checkBackbone.ts';
import { hashBytes } from './graphCache.ts';
import { readLayersModel } from './readLayersModel.ts';
import { writeBackboneGraph } from './writeBackboneGraph.ts';

/** Work on whole networks, done once per backbone and kept out of the core, which must stay responsive. */
serveWorker({
  check(input: { folder: string; name: BackboneName; width: number }): Promise<CheckedBackbone> {
    return checkBackbone(input.folder, input.name, input.width);
  },

  /** Writes the graph of a backbone and, last, its checksum: without that the graph does not count. */
  async write(input: { folder: string; side: number; graphPath: string }): Promise<void> {
    const graph = writeBackboneGraph(await readLayersModel(input.folder), input.side);
    await writeFileAtomic(input.graphPath, graph);
    await writeFileAtomic(`${input.graphPath}.sha256`, hashBytes(graph));
  },
});
