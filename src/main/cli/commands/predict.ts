import path from 'node:path';
import type { PredictionLine } from '../../../shared/predictions.ts';
import { FoveaError, fromProblem } from '../../../shared/errors.ts';
import { optionalText, requirePositional, UsageError } from '../arguments.ts';
import { chooseModel, openNamedLibrary } from '../client.ts';
import type { Command, CommandContext } from '../command.ts';
import { formatPercent } from '../output.ts';
import { readLines } from '../readLines.ts';

export const predict: Command = {
  name: 'predict',
  usage: 'predict FOLDER (--library DIR | --from DIR)',
  summary: 'Classify the pictures of a folder; nothing is imported.',
  options: { model: { type: 'string' }, from: { type: 'string' }, csv: { type: 'string' } },
  help: [
    '--model ID    a model of the library (the newest)',
    '--from DIR    an exported model instead of a library’s',
    '--csv FILE    also write the predictions as a table',
  ],
  run: async (context) => {
    const { given, output } = context;
    const folder = path.resolve(requirePositional(given, 'folder'));
    const from = optionalText(given, 'from');
    if (from !== undefined && optionalText(given, 'model') !== undefined) {
      throw new UsageError('--from and --model cannot both be given.');
    }
    const client = await context.connect();
    if (from === undefined) await openNamedLibrary(client, given);
    const source =
      from === undefined ? { modelId: await chooseModel(client, given) } : { from: path.resolve(from) };
    const csv = optionalText(given, 'csv');
    const body = { folder, source, ...(csv === undefined ? {} : { csv: path.resolve(csv) }) };
    const response = await client.fetch('/api/predictions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: context.signal,
    });
    if (!response.ok) throw fromProblem(await response.json().catch(() => null));
    const result = await collect(response, context);
    output.result({ ...result, ...(csv === undefined ? {} : { csv: path.resolve(csv) }) }, [
      ...result.predictions.map((each) => `${each.class}  ${formatPercent(each.confidence)}  ${each.path}`),
      ...result.rejected.map((each) => `${each.path}: ${each.reason} [${each.code}]`),
    ]);
    return 0;
  },
};

async function collect(response: Response, { output, signal }: CommandContext) {
  const predictions: Omit<Extract<PredictionLine, { kind: 'prediction' }>, 'kind'>[] = [];
  const rejected: Omit<Extract<PredictionLine, { kind: 'rejected' }>, 'kind'>[] = [];
  let classes: readonly string[] = [];
  for await (const text of readLines(response, signal)) {
    const line = JSON.parse(text) as PredictionLine;
    switch (line.kind) {
      case 'classes':
        classes = line.classes;
        break;
      case 'prediction':
        predictions.push(omitKind(line));
        break;
      case 'rejected':
        rejected.push(omitKind(line));
        break;
      case 'progress':
        output.progress(line.progress);
        break;
      case 'failed':
        throw fromProblem(line.problem);
      case 'done':
        return { classes, predictions, rejected };
    }
  }
  throw new FoveaError('disconnected', 'The core stopped before all pictures were classified.', {
    todo: 'Run the command again.',
  });
}

/** A line without the word that told what it was. */
function omitKind<Line extends { readonly kind: string }>(line: Line): Omit<Line, 'kind'> {
  const { kind, ...rest } = line;
  return rest;
}
