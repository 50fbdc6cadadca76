import type { ImportSummary } from '../../../shared/images.ts';
import { runImportJob } from '../images/importJob.ts';
import type { JobContext } from '../jobs/jobQueue.ts';
import { ProgressMeter } from '../jobs/progressMeter.ts';
import { drawSampleSet, SAMPLE_GROUPS } from './drawSampleSet.ts';

export interface SampleParams {
  /** Where the pictures are drawn. */
  readonly folder: string;
  readonly seed: number;
}

/** Draws the sample pictures and imports them with their patients as groups. */
export async function runSampleJob(
  { folder, seed }: SampleParams,
  context: JobContext,
): Promise<ImportSummary> {
  let meter: ProgressMeter | null = null;
  await drawSampleSet(folder, {
    seed,
    signal: context.signal,
    onProgress: (drawn, total) => {
      meter ??= new ProgressMeter('drawing sample images', total);
      context.report(meter.at(drawn));
    },
  });
  return runImportJob(
    { folder, labels: { kind: 'folders' }, groups: { kind: 'regex', pattern: SAMPLE_GROUPS } },
    context,
  );
}
