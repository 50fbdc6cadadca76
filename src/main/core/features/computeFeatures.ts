import { throwIfCancelled } from '../../../shared/errors.ts';
import { IngestPool } from '../images/ingestPool.ts';
import type { IngestResult } from '../images/ingestResult.ts';
import { ResultBuffer } from '../images/resultBuffer.ts';
import type { JobContext } from '../jobs/jobQueue.ts';
import { ProgressMeter } from '../jobs/progressMeter.ts';
import { FeatureSink } from './featureSink.ts';
import { listImagesWithoutFeatures, type StoredSpec } from './imageFeatures.ts';
import type { PreparedGraph } from './prepareGraph.ts';

export interface ComputedFeatures {
  readonly computed: number;
  /** Images whose originals are gone, changed or unreadable; they have no features. */
  readonly without: number;
  readonly seconds: number;
}

/**
 * Computes the features that images of the library still lack for a graph; what is there is never computed
 * again. An original whose content has changed since it was imported is passed over, never used in its place.
 */
export async function computeFeatures(
  graph: PreparedGraph,
  spec: StoredSpec,
  { library, signal, report }: Pick<JobContext, 'library' | 'signal' | 'report'>,
): Promise<ComputedFeatures> {
  const started = performance.now();
  const missing = listImagesWithoutFeatures(library.db, graph.featureKey);
  if (missing.length === 0) return { computed: 0, without: 0, seconds: 0 };
  const sink = await FeatureSink.open(library, graph, spec);
  const pool = new IngestPool({ graph, wantsThumbnails: false });
  const meter = new ProgressMeter('computing features', missing.length);
  let computed = 0;
  let seen = 0;
  const save = async (
    wanted: ReadonlyMap<string, Wanted>,
    results: readonly IngestResult[],
  ): Promise<void> => {
    const rows = results.flatMap((result) => {
      const image = wanted.get(result.path);
      const isRight =
        result.outcome === 'image' && result.features !== null && result.sha256 === image?.sha256;
      return isRight ? [{ imageId: image.imageId, features: result.features }] : [];
    });
    const first = await sink.append(rows.map(({ features }) => features));
    library.db
      .transaction(() => rows.forEach(({ imageId }, index) => sink.record(imageId, first + index)))
      .immediate();
    computed += rows.length;
    seen += results.length;
    report(meter.at(seen));
  };
  try {
    for (const [root, images] of groupByRoot(missing)) {
      const wanted = new Map(images.map((image) => [image.path, image]));
      const buffer = new ResultBuffer((results) => save(wanted, results));
      await pool
        .ingest(images, { folder: root, signal }, (results) => buffer.add(results))
        .finally(() => buffer.flush());
      throwIfCancelled(signal);
    }
  } finally {
    await pool.close();
    await sink.close();
  }
  return { computed, without: missing.length - computed, seconds: (performance.now() - started) / 1000 };
}

type Wanted = ReturnType<typeof listImagesWithoutFeatures>[number];

function groupByRoot(images: readonly Wanted[]): Map<string, Wanted[]> {
  const groups = new Map<string, Wanted[]>();
  for (const image of images) {
    const group = groups.get(image.root);
    if (group === undefined) groups.set(image.root, [image]);
    else group.push(image);
  }
  return groups;
}
