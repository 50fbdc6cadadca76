import type { Database } from 'better-sqlite3';
import type { MapClusters } from '../../../shared/map.ts';
import { openLibraryView, type ViewedLibrary } from '../library/libraryView.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import { findDenseParts, type DenseParts } from './densityPeaks.ts';
import { describeShapes, fillClusters, type ClusterShape } from './describeClusters.ts';
import { readMapFile } from './mapFile.ts';

export interface ClustersInput {
  readonly view: ViewedLibrary;
  /** The file of the map; it never changes under one name. */
  readonly file: string;
  readonly granularity: number;
  readonly modelId: string;
}

interface Found {
  readonly file: string;
  readonly granularity: number;
  readonly imageIds: Uint32Array;
  readonly parts: DenseParts;
  readonly shapes: readonly ClusterShape[];
}

/** What was found last: a card is asked for again after every label. */
let last: Found | null = null;

async function find({ file, granularity }: ClustersInput): Promise<Found> {
  if (last?.file === file && last.granularity === granularity) return last;
  const content = await readMapFile(file, ['imageIds', 'positions', 'points']);
  const parts = findDenseParts(content.positions, granularity);
  const shapes = describeShapes(content, parts);
  last = { file, granularity, imageIds: content.imageIds, parts, shapes };
  return last;
}

async function describe(input: ClustersInput): Promise<MapClusters> {
  const { imageIds, parts, shapes } = await find(input);
  const library = openLibraryView(input.view);
  try {
    const labels = readClasses(library.db, 'SELECT image_id, class_id FROM labels');
    const predictions = readClasses(
      library.db,
      'SELECT image_id, class_id FROM predictions WHERE model_id = ?',
      input.modelId,
    );
    return {
      granularity: input.granularity,
      clusters: fillClusters(shapes, imageIds, parts.of, labels, predictions),
      outliers: parts.of.reduce((sum, cluster) => sum + (cluster < 0 ? 1 : 0), 0),
    };
  } finally {
    library.close();
  }
}

function readClasses(db: Database, sql: string, ...values: readonly string[]): Map<number, number> {
  return new Map(
    db
      .prepare<unknown[], [number, number]>(sql)
      .raw()
      .all(...values),
  );
}

serveWorker({
  describe,
  /** `[n] int32`: the cluster of each point in the order of the map; −1 between clusters. */
  members: async (input: ClustersInput): Promise<Int32Array> => (await find(input)).parts.of,
});
