import path from 'node:path';
import type { LabelFilesResult } from '../../../shared/labelFiles.ts';
import { optionalText, refusePositionals, UsageError } from '../arguments.ts';
import { openNamedLibrary, read } from '../client.ts';
import type { Command } from '../command.ts';
import { followJob } from '../followJob.ts';

/** How many problems the readable answer names; the JSON one names up to a thousand. */
const SHOWN_PROBLEMS = 20;

export const labels: Command = {
  name: 'labels',
  usage: 'labels (--out FILE.csv | --tree DIR) --library DIR',
  summary: 'Write labels as a table, or images as one folder for each class.',
  options: {
    out: { type: 'string' },
    tree: { type: 'string' },
    links: { type: 'boolean', default: false },
  },
  help: [
    '--out FILE    path, class, group, reader, time, source, root',
    '--tree DIR    a new folder with copies of the images, one folder for each class',
    '--links       links instead of copies, where the file system can',
  ],
  run: async (context) => {
    const { given } = context;
    refusePositionals(given);
    const out = optionalText(given, 'out');
    const tree = optionalText(given, 'tree');
    const isLinked = given.values['links'] === true;
    if ((out === undefined) === (tree === undefined)) throw new UsageError('Give either --out or --tree.');
    if (isLinked && tree === undefined) throw new UsageError('--links goes with --tree.');
    const client = await context.connect();
    await openNamedLibrary(client, given);
    const json =
      out === undefined
        ? { form: isLinked ? ('links' as const) : ('copies' as const), folder: path.resolve(tree ?? '') }
        : { form: 'csv' as const, folder: path.dirname(path.resolve(out)), name: path.basename(out) };
    const { jobId } = await read(client.api['label-files'].$post({ json }));
    const result = await followJob<LabelFilesResult>(client, jobId, context);
    context.output.result(result, describe(result));
    return 0;
  },
};

function describe({ folder, file, written, linked, problems, problemCount }: LabelFilesResult): string[] {
  if (file !== null) return [`${written} rows in ${path.join(folder, file)}`];
  return [
    `${written} images in ${folder}: ${linked} links, ${written - linked} copies.`,
    ...problems.slice(0, SHOWN_PROBLEMS).map((each) => `  ${JSON.stringify(each.path)}: ${each.reason}`),
    ...(problemCount > SHOWN_PROBLEMS ? [`  … and ${problemCount - SHOWN_PROBLEMS} more`] : []),
  ];
}
