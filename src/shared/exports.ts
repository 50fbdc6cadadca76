/** What a model can be written as. */
export const EXPORT_TARGETS = ['web'] as const;
export type ExportTarget = (typeof EXPORT_TARGETS)[number];

/** How an exported model was checked against the studio, on images of the library. */
export interface Parity {
  readonly images: number;
  /** Largest difference of any probability. */
  readonly maxDifference: number;
  /** For how many images the top class is the same. */
  readonly sameTop: number;
}

export interface ExportResult {
  readonly folder: string;
  /** Names relative to the folder. */
  readonly files: readonly string[];
  readonly bytes: number;
  readonly parity: Parity;
}
