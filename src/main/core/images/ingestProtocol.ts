import type { GraphSpec } from '../features/extractor.ts';
import type { IngestResult } from './ingestResult.ts';
import type { ScannedFile } from './walkFolder.ts';

/** What the import's worker processes are asked and answer. */

export interface IngestSettings {
  /** The network whose features are wanted; null for none. */
  readonly graph: GraphSpec | null;
  readonly wantsThumbnails: boolean;
  /** A picture that takes longer to decode is given up on. */
  readonly fileLimitMs: number;
}

export interface ReadRequest {
  readonly batchId: number;
  /** The imported folder, an absolute path. */
  readonly folder: string;
  readonly files: readonly ScannedFile[];
}

/** SHA-256 of each file of the batch, null where it was refused. */
export type ReadAnswer = readonly (string | null)[];

export interface ProcessRequest {
  readonly batchId: number;
  /** Places in the batch whose content the caller has already. */
  readonly known: readonly number[];
}

export interface ProcessAnswer {
  /** One per file of the batch, in its order. */
  readonly results: readonly IngestResult[];
  readonly residentBytes: number;
  /** A decode was given up on but still runs: this process must be replaced. */
  readonly isStuck: boolean;
}
