import path from 'node:path';
import { optionalText, refusePositionals } from '../arguments.ts';
import { chooseModel, openNamedLibrary, read } from '../client.ts';
import type { Command } from '../command.ts';
import { followJob } from '../followJob.ts';

interface ReportResult {
  readonly folder: string;
  readonly files: readonly string[];
}

export const report: Command = {
  name: 'report',
  usage: 'report --library DIR --out DIR',
  summary: 'Write the accuracy report: report.html, report.json, predictions.csv.',
  options: { model: { type: 'string' }, out: { type: 'string' } },
  help: ['--out DIR     where to write (the library’s reports folder)', '--model ID    (the newest)'],
  run: async (context) => {
    const { given } = context;
    refusePositionals(given);
    const client = await context.connect();
    await openNamedLibrary(client, given);
    const modelId = await chooseModel(client, given);
    const out = optionalText(given, 'out');
    const body = out === undefined ? { modelId } : { modelId, folder: path.resolve(out) };
    const { jobId } = await read(client.api.reports.$post({ json: body }));
    const { folder, files } = await followJob<ReportResult>(client, jobId, context);
    const full = files.map((file) => path.join(folder, file));
    context.output.result({ modelId, folder, files: full }, full);
    return 0;
  },
};
