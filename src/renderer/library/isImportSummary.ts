import type { ImportSummary } from '../../shared/images.ts';

/** Whether a job's result tells of an import; a failed import tells too, for its list of rejected files. */
export function isImportSummary(result: unknown): result is ImportSummary {
  return typeof result === 'object' && result !== null && 'found' in result && 'rejected' in result;
}
