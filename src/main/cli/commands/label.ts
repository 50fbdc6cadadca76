import path from 'node:path';
import { refusePositionals, requireText } from '../arguments.ts';
import { openNamedLibrary, read } from '../client.ts';
import type { Command } from '../command.ts';

export const label: Command = {
  name: 'label',
  usage: 'label --csv FILE --library DIR',
  summary: 'Label images from a table: path or file name, class.',
  options: { csv: { type: 'string' } },
  help: ['--csv FILE    two columns, with or without a heading'],
  run: async (context) => {
    refusePositionals(context.given);
    const file = path.resolve(requireText(context.given, 'csv'));
    const client = await context.connect();
    await openNamedLibrary(client, context.given);
    const answer = await read(client.api.labels.csv.$post({ json: { file } }));
    context.output.result(answer, [
      `${answer.labelled} labelled, ${answer.unchanged} unchanged, ${answer.unknown.length} rows fit no image.`,
      ...answer.unknown.slice(0, 20).map((row) => `  ${JSON.stringify(row)}`),
    ]);
    return 0;
  },
};
