import type { MapClusters } from '../../../shared/map.ts';
import { chooseModelId } from '../images/store.ts';
import type { Library } from '../library/library.ts';
import { describeView } from '../library/libraryView.ts';
import { IdleWorker } from '../workers/idleWorker.ts';
import type { ClustersInput } from './clusters.worker.ts';
import { mapFile } from './mapFile.ts';
import { findMap } from './mapStore.ts';

/** A map of a million images takes a dozen seconds. */
const TIME_LIMIT_MS = 120_000;
const IDLE_MS = 60_000;

/** Finds the clusters of maps, in a process that is started when it is first asked and leaves when it is not. */
export class ClusterFinder {
  readonly #worker = new IdleWorker(new URL('./clusters.worker.ts', import.meta.url), {
    timeLimitMs: TIME_LIMIT_MS,
    idleMs: IDLE_MS,
  });

  /** @throws FoveaError `not_found`, `corrupt` */
  async describe(library: Library, mapId: number, granularity: number): Promise<MapClusters> {
    return this.#worker.call<MapClusters>('describe', describeInput(library, mapId, granularity));
  }

  /** The cluster of each point in the order of the map, `[n] int32`; −1 between clusters. */
  async members(library: Library, mapId: number, granularity: number): Promise<Int32Array> {
    return this.#worker.call<Int32Array>('members', describeInput(library, mapId, granularity));
  }

  close(): Promise<void> {
    return this.#worker.close();
  }
}

function describeInput(library: Library, mapId: number, granularity: number): ClustersInput {
  const { file } = findMap(library.db, mapId);
  return {
    view: describeView(library),
    file: mapFile(library.folder, file),
    granularity,
    modelId: chooseModelId(library.db, undefined),
  };
}
