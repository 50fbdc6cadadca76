import type { BatchEffect } from '../../../shared/map.ts';
import { openLibraryView } from '../library/libraryView.ts';
import { checkpointFile, dropCheckpoint, openCheckpoint } from '../training/checkpoint.ts';
import { loadEngine } from '../training/engines.ts';
import { serveWorker, type CallContext } from '../workers/serveWorker.ts';
import { measureBatchEffect, readBelongings, type Belongings } from './batchEffects.ts';
import { KernelPool } from './kernels/kernelPool.ts';
import type { LayoutState } from './layout.ts';
import { makeMap } from './makeMap.ts';
import { writeMapFile } from './mapFile.ts';
import { listMappedImages, withFeatures, type MappedImages } from './mappedImages.ts';
import type { MadeMap, MakeMapInput, MapNote, Placed, PlaceInput } from './mapProtocol.ts';
import { placeImages } from './placeImages.ts';

async function make(input: MakeMapInput, { signal, note }: CallContext): Promise<MadeMap> {
  const tell = (each: MapNote): void => note(each);
  const { images, belongings, classes } = readLibrary(input);
  tell({ kind: 'images', imageIds: images.imageIds });
  const name = checkpointFile(input.view.folder, describeRun(input, images));
  const checkpoint = openCheckpoint<LayoutState>(name);
  const resumed = await checkpoint.load();
  const pool = await KernelPool.open();
  try {
    const { components, points, dims, positions, figures } = await withFeatures(
      input.view.folder,
      images,
      (source) =>
        makeMap(pool, source, input.params, {
          signal,
          phase: (phase, done, total) => tell({ kind: 'progress', phase, done, total }),
          show: (iteration, shown) => tell({ kind: 'layout', iteration, positions: shown }),
          resumed,
          keep: (state) => checkpoint.save(state),
        }),
    );
    tell({ kind: 'progress', phase: 'looking for batch effects', done: 0, total: null });
    const { tf } = await loadEngine('auto');
    const space = { points, n: images.imageIds.length, dims };
    const effects: BatchEffect[] = [];
    for (const each of belongings) {
      const effect = await measureBatchEffect(tf, space, each, classes, input.params.seed);
      if (effect !== null) effects.push(effect);
    }
    const { mean, directions } = components;
    await writeMapFile(input.file, { imageIds: images.imageIds, positions, mean, directions, points });
    await dropCheckpoint(name);
    return {
      featureKey: images.featureKey,
      images: images.imageIds.length,
      lastRow: images.lastRow,
      ...{ figures, effects, resumedAt: resumed?.iteration ?? 0 },
    };
  } finally {
    await pool.close();
  }
}

async function place(input: PlaceInput, { signal }: CallContext): Promise<Placed> {
  const pool = await KernelPool.open();
  try {
    return await placeImages(pool, input, signal);
  } finally {
    await pool.close();
  }
}

function readLibrary({ view }: MakeMapInput): {
  readonly images: MappedImages;
  readonly belongings: readonly Belongings[];
  readonly classes: Int32Array;
} {
  const library = openLibraryView(view);
  try {
    const images = listMappedImages(library.db);
    return { images, ...readBelongings(library.db, images.imageIds) };
  } finally {
    library.close();
  }
}

/** What must be the same for an ended run to go on. */
function describeRun({ params }: MakeMapInput, { featureKey, imageIds, rows }: MappedImages): unknown {
  return { kind: 'map', version: 2, params, featureKey, imageIds: [...imageIds], rows: [...rows] };
}

serveWorker({ make, place });
