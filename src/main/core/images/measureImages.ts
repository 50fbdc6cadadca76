import type { Database } from 'better-sqlite3';
import type { JobContext } from '../jobs/jobQueue.ts';
import { ProgressMeter } from '../jobs/progressMeter.ts';
import { throwIfCancelled } from '../../../shared/errors.ts';
import { IngestPool } from './ingestPool.ts';
import type { IngestResult } from './ingestResult.ts';
import { flagQuality } from './measureQuality.ts';
import { ResultBuffer } from './resultBuffer.ts';
import { encodeFlags } from './store.ts';

/** An image that an older version imported, by one file that should still hold it. */
interface Unmeasured {
  readonly imageId: number;
  readonly sha256: string;
  readonly root: string;
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/**
 * Measures the images that came in before background, exposure and perceptual hash were measured at import. An image
 * whose original is gone or changed stays unmeasured. Returns how many stay so.
 * @throws FoveaError `cancelled`; what was measured until then is kept
 */
export async function measureImages({
  library: { db },
  signal,
  report,
}: Pick<JobContext, 'library' | 'signal' | 'report'>): Promise<number> {
  const images = listUnmeasured(db);
  if (images.length === 0) return 0;
  const pool = new IngestPool({ graph: null, wantsThumbnails: false });
  const meter = new ProgressMeter('measuring images', images.length);
  let measured = 0;
  let seen = 0;
  try {
    for (const [root, ofRoot] of Map.groupBy(images, (image) => image.root)) {
      const wanted = new Map(ofRoot.map((image) => [image.path, image]));
      const buffer = new ResultBuffer((results) => {
        measured += saveMeasures(db, wanted, results);
        seen += results.length;
        report(meter.at(seen));
        return Promise.resolve();
      });
      await pool
        .ingest(ofRoot, { folder: root, signal }, (results) => buffer.add(results))
        .finally(() => buffer.flush());
      throwIfCancelled(signal);
    }
  } finally {
    await pool.close();
  }
  return images.length - measured;
}

function listUnmeasured(db: Database): Unmeasured[] {
  return db
    .prepare<[], Unmeasured>(
      `SELECT i.image_id AS imageId, i.sha256, r.path AS root, f.path, f.bytes, f.modified_ms AS modifiedMs
       FROM images i JOIN files f ON f.file_id =
         (SELECT min(file_id) FROM files o WHERE o.image_id = i.image_id AND o.is_missing = 0)
       JOIN roots r ON r.root_id = f.root_id
       WHERE i.background IS NULL ORDER BY f.root_id, f.path`,
    )
    .all();
}

function saveMeasures(
  db: Database,
  wanted: ReadonlyMap<string, Unmeasured>,
  results: readonly IngestResult[],
): number {
  const update = db.prepare(
    `UPDATE images SET background = ?, tissue = ?, overexposed = ?, underexposed = ?, perceptual_hash = ?,
       flags = flags | ? WHERE image_id = ?`,
  );
  return db
    .transaction(() => {
      let saved = 0;
      for (const result of results) {
        const image = wanted.get(result.path);
        if (result.outcome !== 'image' || image === undefined || result.sha256 !== image.sha256) continue;
        const { background, tissue, overexposed, underexposed } = result.quality;
        update.run(
          ...[background, tissue, overexposed, underexposed, result.perceptualHash],
          encodeFlags(flagQuality(result.quality)),
          image.imageId,
        );
        saved += 1;
      }
      return saved;
    })
    .immediate();
}
