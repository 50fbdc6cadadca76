import {
  DEFAULT_MAP,
  unpackMapPoints,
  type BatchEffect,
  type LiveMap,
  type MapClusters,
  type MapParams,
  type MapPoints,
  type MapSummary,
} from '../../shared/map.ts';
import { read, readBytes, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';
import type { Jobs } from '../jobs/jobs.svelte.ts';
import { latest } from '../state/latest.ts';

const NO_POINTS: MapPoints = {
  imageIds: new Uint32Array(0),
  positions: new Float32Array(0),
  placed: 0,
};

/** The maps of the library: the one that is shown, its clusters, and the one that is just being laid out. */
export class Maps {
  list: readonly MapSummary[] | null = $state.raw(null);
  batchEffects: readonly BatchEffect[] = $state.raw([]);
  /** Of the map that is shown, or of the one that grows. */
  points: MapPoints = $state.raw(NO_POINTS);
  /** The map whose points are shown; null while one grows, and before there is any. */
  shown: MapSummary | null = $state.raw(null);
  /** The map that is being laid out. */
  live: LiveMap | null = $state.raw(null);
  clusters: MapClusters | null = $state.raw(null);
  /** Cluster of each point, `[n] int32`, −1 between clusters; null while it is not here. */
  members: Int32Array | null = $state.raw(null);
  /** 0 for few large clusters … 1 for many small ones. */
  granularity: number = $state(0.5);
  params: MapParams = $state.raw(DEFAULT_MAP);
  readonly #api: Api;
  readonly #notices: Notices;
  readonly #jobs: Jobs;
  readonly #loadLive: () => Promise<MapPoints | null>;
  readonly #loadClusters: (mapId: string, granularity: string) => Promise<[MapClusters, Int32Array] | null>;
  #isFetchingLive = false;

  constructor(api: Api, notices: Notices, jobs: Jobs) {
    this.#api = api;
    this.#notices = notices;
    this.#jobs = jobs;
    this.#loadLive = latest(async (signal) =>
      unpackMapPoints(await readBytes(api.maps.live.points.$get({}, { init: { signal } }))),
    );
    this.#loadClusters = latest(async (signal, mapId: string, granularity: string) => {
      const request = { param: { mapId }, query: { granularity } };
      const init = { init: { signal } };
      const clusters = await read(api.maps[':mapId'].clusters.$get(request, init));
      const members = await readBytes(api.maps[':mapId'].clusters.members.$get(request, init));
      return [clusters, new Int32Array(members)];
    });
  }

  /** The job that makes a map or places images on one. */
  get job() {
    return this.#jobs.activeOf('map', 'map-place');
  }

  forget(): void {
    this.list = null;
    this.batchEffects = [];
    this.points = NO_POINTS;
    this.shown = null;
    this.live = null;
    this.clusters = null;
    this.members = null;
  }

  /** Reads the maps and shows the newest, or the one that grows. */
  async load(): Promise<void> {
    await this.#notices.attempt('Reading the maps', async () => {
      const { maps, batchEffects } = await read(this.#api.maps.$get());
      this.list = maps;
      this.batchEffects = batchEffects;
      if ((await read(this.#api.maps.live.$get())).map !== null) return;
      this.live = null;
      const newest = maps[0] ?? null;
      const isSame =
        newest !== null && newest.mapId === this.shown?.mapId && newest.images === this.shown.images;
      if (!isSame) await this.show(newest);
      else this.shown = newest;
    });
  }

  async show(map: MapSummary | null): Promise<void> {
    await this.#notices.attempt('Reading the map', async () => {
      this.clusters = null;
      this.members = null;
      if (map === null) this.points = NO_POINTS;
      else {
        const param = { mapId: String(map.mapId) };
        this.points = unpackMapPoints(await readBytes(this.#api.maps[':mapId'].points.$get({ param })));
      }
      this.shown = map;
      if (map !== null) void this.loadClusters();
    });
  }

  /** Clusters of the shown map, also again after labels changed. */
  async loadClusters(): Promise<void> {
    const map = this.shown;
    if (map === null) return;
    await this.#notices.attempt('Finding the clusters', async () => {
      const found = await this.#loadClusters(String(map.mapId), String(this.granularity));
      if (found !== null && this.shown?.mapId === map.mapId) [this.clusters, this.members] = found;
    });
  }

  setGranularity(granularity: number): void {
    this.granularity = Math.min(1, Math.max(0, granularity));
    void this.loadClusters();
  }

  /** A map that is laid out has moved on; frames that the window is too slow for are passed over. */
  async follow(live: LiveMap | null): Promise<void> {
    this.live = live;
    if (live === null || this.#isFetchingLive) return;
    this.#isFetchingLive = true;
    try {
      const points = await this.#loadLive();
      if (points !== null && this.live !== null) {
        this.points = points;
        this.shown = null;
        this.clusters = null;
        this.members = null;
      }
    } catch {
      // It ended between the event and the call; the list that is read then says what came of it.
    }
    this.#isFetchingLive = false;
  }

  async make(): Promise<void> {
    await this.#notices.attempt('Making a map', async () => {
      await read(this.#api.maps.$post({ json: { ...this.params } }));
      await this.#jobs.load();
    });
  }

  /** Puts new images on the shown map, beside those that stay where they are. */
  async place(): Promise<void> {
    const map = this.shown;
    if (map === null) return;
    await this.#notices.attempt('Placing the new images', async () => {
      await read(this.#api.maps[':mapId'].place.$post({ param: { mapId: String(map.mapId) } }));
      await this.#jobs.load();
    });
  }

  async remove(mapId: number): Promise<void> {
    await this.#notices.attempt('Deleting the map', async () => {
      await read(this.#api.maps[':mapId'].$delete({ param: { mapId: String(mapId) } }));
      await this.load();
    });
  }
}
