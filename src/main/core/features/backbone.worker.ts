import type { BackboneName } from '../../../shared/backbones.ts';
import { writeFileAtomic } from '../files/writeAtomic.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import { checkBackbone, type CheckedBackbone } from './checkBackbone.ts';
import { cutNetwork, type MapShape } from './cutNetwork.ts';
import { hashBytes, isGraphWhole } from './graphCache.ts';
import { readLayersModel } from './readLayersModel.ts';
import { writeBackboneGraph } from './writeBackboneGraph.ts';

interface TrunkRequest {
  readonly folder: string;
  readonly side: number;
  readonly blocks: number;
}

async function keepGraph(graphPath: string, graph: Uint8Array): Promise<void> {
  await writeFileAtomic(graphPath, graph);
  await writeFileAtomic(`${graphPath}.sha256`, hashBytes(graph));
}

/** Work on whole networks, done once per backbone and kept out of the core, which must stay responsive. */
serveWorker({
  check(input: { folder: string; name: BackboneName; width: number }): Promise<CheckedBackbone> {
    return checkBackbone(input.folder, input.name, input.width);
  },

  /** Writes the graph of a backbone and, last, its checksum: without that the graph does not count. */
  async write(input: { folder: string; side: number; graphPath: string }): Promise<void> {
    await keepGraph(input.graphPath, writeBackboneGraph(await readLayersModel(input.folder), input.side));
  },

  /** Writes the graph of what comes before the last blocks, and gives the shape of its output. */
  async writeTrunk(input: TrunkRequest & { graphPath: string }): Promise<MapShape> {
    const { trunk, shape } = cutNetwork(await readLayersModel(input.folder), input.blocks, input.side);
    if (!(await isGraphWhole(input.graphPath))) {
      await keepGraph(input.graphPath, writeBackboneGraph(trunk, input.side, 'map'));
    }
    return shape;
  },
});
