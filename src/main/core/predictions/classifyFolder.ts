import { throwIfCancelled } from '../../../shared/errors.ts';
import type { RejectionCode } from '../../../shared/images.ts';
import type { JobProgress } from '../../../shared/jobs.ts';
import { IngestPool } from '../images/ingestPool.ts';
import { scanFolder, type ScannedFile } from '../images/scanFolder.ts';
import type { GraphSpec } from '../features/extractor.ts';
import { ProgressMeter } from '../jobs/progressMeter.ts';
import { averageViews } from '../features/averageViews.ts';
import { applyHead, type Head } from '../training/head.ts';

/** What classifying a file gave. */
export type Classified =
  | {
      readonly outcome: 'image';
      readonly path: string;
      readonly sha256: string;
      readonly logits: Float32Array;
    }
  | {
      readonly outcome: 'rejected';
      readonly path: string;
      readonly code: RejectionCode;
      readonly reason: string;
    };

export interface ClassifyOptions {
  readonly signal: AbortSignal;
  readonly report: (progress: JobProgress) => void;
  /** Called with each batch, in no particular order. */
  readonly onBatch: (batch: readonly Classified[]) => void;
}

/**
 * Classifies every picture below a folder with the same decoder, resizing and network as an import, without
 * importing anything. Logits are before temperature, one per class of the head.
 */
export async function classifyFolder(
  folder: string,
  graph: GraphSpec,
  head: Head,
  { signal, report, onBatch }: ClassifyOptions,
): Promise<void> {
  const files: ScannedFile[] = [];
  for await (const batch of scanFolder(folder, { signal })) {
    files.push(...batch.files);
    report({ phase: 'listing files', done: files.length, total: null });
  }
  const meter = new ProgressMeter('classifying', files.length);
  const pool = new IngestPool({ graph, wantsThumbnails: false });
  let done = 0;
  try {
    await pool.ingest(files, { folder, signal }, (results) => {
      onBatch(
        results.flatMap((result): Classified[] => {
          if (result.outcome === 'rejected') {
            return [{ outcome: 'rejected', path: result.path, code: result.code, reason: result.reason }];
          }
          if (result.outcome !== 'image' || result.features === null) return [];
          const logits = applyHead(head, averageViews(result.features, head.inputs), 1);
          return [{ outcome: 'image', path: result.path, sha256: result.sha256, logits }];
        }),
      );
      done += results.length;
      report(meter.at(done));
    });
    throwIfCancelled(signal);
  } finally {
    await pool.close();
  }
}
