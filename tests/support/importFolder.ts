import type { ImportSummary } from '../../src/shared/images.ts';
import type { GroupSource, LabelSourceSpec } from '../../src/shared/importSpec.ts';
import { read, resultOf, type TestStudio } from './studio.ts';

/** Imports a folder through the API and waits for the summary. */
export async function importFolder(
  { studio, api }: TestStudio,
  folder: string,
  choice: { labels?: LabelSourceSpec; groups?: GroupSource } = {},
): Promise<ImportSummary> {
  const { jobId } = await read(api.import.$post({ json: { folder, ...choice } }));
  return resultOf<ImportSummary>(studio, jobId);
}
