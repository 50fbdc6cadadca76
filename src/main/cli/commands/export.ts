import path from 'node:path';
import { EXPORT_TARGETS } from '../../../shared/exports.ts';
import type { ExportResult } from '../../../shared/exports.ts';
import { optionalChoice, optionalText, refusePositionals } from '../arguments.ts';
import { chooseModel, openNamedLibrary, read } from '../client.ts';
import type { Command } from '../command.ts';
import { followJob } from '../followJob.ts';
import { formatBytes } from '../output.ts';

export const exportModel: Command = {
  name: 'export',
  usage: 'export --target web --library DIR --out DIR',
  summary: 'Write a model as a web page that classifies pictures without a server.',
  options: { model: { type: 'string' }, target: { type: 'string' }, out: { type: 'string' } },
  help: [
    `--target ${EXPORT_TARGETS.join('|')}  (web)`,
    '--out DIR     where to write (the library’s exports folder)',
    '--model ID    (the newest)',
  ],
  run: async (context) => {
    const { given } = context;
    refusePositionals(given);
    const target = optionalChoice(given, 'target', EXPORT_TARGETS) ?? 'web';
    const client = await context.connect();
    await openNamedLibrary(client, given);
    const modelId = await chooseModel(client, given);
    const out = optionalText(given, 'out');
    const body = out === undefined ? { modelId, target } : { modelId, target, folder: path.resolve(out) };
    const { jobId } = await read(client.api.exports.$post({ json: body }));
    const result = await followJob<ExportResult>(client, jobId, context);
    const { folder, files, bytes, parity } = result;
    context.output.result(
      { modelId, target, folder, files: files.map((file) => path.join(folder, file)), bytes, parity },
      [
        `${files.length} files, ${formatBytes(bytes)}, in ${folder}`,
        `Checked on ${parity.images} images: largest difference ${parity.maxDifference.toExponential(1)}, same top class for ${parity.sameTop}.`,
      ],
    );
    return 0;
  },
};
