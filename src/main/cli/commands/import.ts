import { existsSync } from 'node:fs';
import path from 'node:path';
import { FoveaError } from '../../../shared/errors.ts';
import type { ImportSummary } from '../../../shared/images.ts';
import type { GroupSource, LabelSourceSpec } from '../../../shared/importSpec.ts';
import { optionalText, requirePositional, UsageError } from '../arguments.ts';
import { libraryPath, openNamedLibrary, read, type Client } from '../client.ts';
import type { Command } from '../command.ts';
import { followJob } from '../followJob.ts';
import { formatSeconds } from '../output.ts';

/** How many rejected files the readable answer names; the JSON one names all. */
const SHOWN_REJECTIONS = 20;

export const importFolder: Command = {
  name: 'import',
  usage: 'import FOLDER --library DIR',
  summary: 'Import a folder of images; makes the library when there is none.',
  options: { labels: { type: 'string' }, groups: { type: 'string' } },
  help: [
    '--labels folders|none|FILE.csv        where labels come from (folders)',
    '--groups none|parent|regex:RE|FILE.csv  patient, slide or other unit that must not be split (none)',
  ],
  run: async (context) => {
    const folder = path.resolve(requirePositional(context.given, 'folder'));
    const labels = readLabels(optionalText(context.given, 'labels') ?? 'folders');
    const groups = readGroups(optionalText(context.given, 'groups') ?? 'none');
    const client = await context.connect();
    if (!existsSync(libraryPath(context.given))) await requireFiles(client, folder, groups);
    await openNamedLibrary(client, context.given, true);
    const { jobId } = await read(client.api.import.$post({ json: { folder, labels, groups } }));
    const summary = await followJob<ImportSummary>(client, jobId, context);
    context.output.result(summary, describeSummary(summary));
    return 0;
  },
};

/** A folder without a file must not leave an empty library behind. @throws FoveaError `invalid` */
async function requireFiles(client: Client, folder: string, groups: GroupSource): Promise<void> {
  const { imageFiles } = await read(client.api.import.preview.$post({ json: { folder, groups } }));
  if (imageFiles > 0) return;
  throw new FoveaError('invalid', 'There is no file in this folder that may be a picture.', {
    subject: folder,
    todo: 'Choose the folder that holds the pictures.',
  });
}

function readLabels(text: string): LabelSourceSpec {
  if (text === 'folders' || text === 'none') return { kind: text };
  if (/\.(csv|tsv|txt)$/i.test(text)) return { kind: 'csv', file: path.resolve(text) };
  throw new UsageError(`--labels takes folders, none or a .csv file, not “${text}”.`);
}

/** What `--groups` says. @throws UsageError */
export function readGroups(text: string): GroupSource {
  if (text === 'none' || text === 'parent') return { kind: text };
  if (text.startsWith('regex:')) return { kind: 'regex', pattern: checkPattern(text.slice('regex:'.length)) };
  if (/\.(csv|tsv|txt)$/i.test(text)) return { kind: 'csv', file: path.resolve(text) };
  throw new UsageError(`--groups takes none, parent, regex:RE or a .csv file, not “${text}”.`);
}

/** @throws UsageError for an expression that is none. */
function checkPattern(pattern: string): string {
  try {
    // As the core reads it: Python's named groups are taken too.
    new RegExp(pattern.replaceAll('(?P<', '(?<'));
    return pattern;
  } catch (error) {
    throw new UsageError(`--groups: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function describeSummary(summary: ImportSummary): string[] {
  const { found, imported, added, duplicates, rejected, conflicts, ignored, changed, missing } = summary;
  const lines = [
    `${found} files found: ${imported} imported (${added} new), ${duplicates} duplicates, ${rejected.length} rejected.`,
    `${summary.labelled} labelled, ${summary.groups} groups, ${formatSeconds(summary.seconds)} (${summary.imagesPerSecond.toFixed(0)} images/s).`,
  ];
  if (conflicts > 0)
    lines.push(`${conflicts} pictures are filed under more than one class; they were left unlabelled.`);
  if (changed.length > 0) lines.push(`${changed.length} files have changed since the last import.`);
  if (missing.length > 0) lines.push(`${missing.length} files are gone since the last import.`);
  if (ignored > 0) lines.push(`${ignored} operating-system files were passed over.`);
  for (const { path: file, code, reason } of rejected.slice(0, SHOWN_REJECTIONS)) {
    lines.push(`  ${JSON.stringify(file)}: ${reason} [${code}]`);
  }
  if (rejected.length > SHOWN_REJECTIONS)
    lines.push(`  … and ${rejected.length - SHOWN_REJECTIONS} more (--json lists all)`);
  return [...lines, ...summary.warnings];
}
