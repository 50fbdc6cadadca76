import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { LiveMap, MapParams } from '../../../shared/map.ts';
import type { JobContext } from '../jobs/jobQueue.ts';
import { describeView } from '../library/libraryView.ts';
import { sweepCheckpoints } from '../training/checkpoint.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import { setLiveMap } from './liveMaps.ts';
import { mapFile } from './mapFile.ts';
import type { MadeMap, MakeMapInput, MapNote, Placed, PlaceInput } from './mapProtocol.ts';
import { extendMap, findMap, insertMap, saveBatchEffects, sweepMapFiles } from './mapStore.ts';

export interface MapResult {
  readonly mapId: number;
  readonly images: number;
  /** Images that got their features while the map was made, and can be placed on it. */
  readonly cameLater: number;
  readonly resumedAt: number;
}

export interface PlaceParams {
  readonly mapId: number;
}

export interface PlaceResult {
  readonly mapId: number;
  readonly added: number;
}

/**
 * Lays out a map in a process of its own, shows it while it grows, and keeps it. Ended, it goes on from where it was when
 * it is run again with the same parameters on the same images.
 */
export async function runMapJob(params: MapParams, context: JobContext): Promise<MapResult> {
  const { library, signal, report, events } = context;
  report({ phase: 'reading features', done: 0, total: null });
  await sweepMapFiles(library);
  await sweepCheckpoints(library.folder);
  const name = newName();
  const worker = new WorkerProcess(new URL('./map.worker.ts', import.meta.url));
  let imageIds: Uint32Array = new Uint32Array(0);
  const onNote = (note: unknown): void => {
    const told = note as MapNote;
    if (told.kind === 'progress') report(told);
    else if (told.kind === 'images') imageIds = told.imageIds;
    else {
      const { iteration, positions } = told;
      const map: LiveMap = { images: imageIds.length, iteration, iterations: params.iterations };
      setLiveMap(library, map, { imageIds, positions, placed: 0 });
      events.publish({ type: 'map.grew', map });
    }
  };
  try {
    const input: MakeMapInput = { view: describeView(library), params, file: mapFile(library.folder, name) };
    const made = await worker.call<MadeMap>('make', input, { signal, onNote });
    const { featureKey, images, figures, lastRow } = made;
    const stored = { file: name, featureKey, params, figures, images, placed: 0, lastRow };
    const mapId = library.db.transaction(() => {
      saveBatchEffects(library.db, made.effects);
      return insertMap(library.db, stored);
    })();
    const newest = library.db
      .prepare<[string], number>('SELECT max(row) FROM feature_rows WHERE feature_key = ?')
      .pluck()
      .get(featureKey);
    return { mapId, images, cameLater: Math.max(0, (newest ?? 0) - lastRow), resumedAt: made.resumedAt };
  } finally {
    worker.kill();
    setLiveMap(library, null);
    events.publish({ type: 'map.grew', map: null });
    events.publish({ type: 'maps.changed' });
  }
}

/** Adds to a map the images that came after it; the others stay where they are. */
export async function runMapPlaceJob({ mapId }: PlaceParams, context: JobContext): Promise<PlaceResult> {
  const { library, signal, report, events } = context;
  report({ phase: 'placing new images', done: 0, total: null });
  const map = findMap(library.db, mapId);
  const name = newName();
  const worker = new WorkerProcess(new URL('./map.worker.ts', import.meta.url));
  try {
    const input: PlaceInput = {
      ...{ view: describeView(library), featureKey: map.featureKey },
      from: mapFile(library.folder, map.file),
      to: mapFile(library.folder, name),
    };
    const { added, images, lastRow } = await worker.call<Placed>('place', input, { signal });
    if (added > 0) {
      extendMap(library.db, mapId, { file: name, images, placed: map.placed + added, lastRow });
      await rm(input.from, { force: true });
      events.publish({ type: 'maps.changed' });
    }
    return { mapId, added };
  } finally {
    worker.kill();
  }
}

const newName = (): string => `${randomBytes(8).toString('hex')}.map`;
