import path from 'node:path';
import type { ImportSummary } from '../../../shared/images.ts';
import type { PaperNetwork, PaperResult } from '../../../shared/paper.ts';
import { optionalNumber, optionalText, refusePositionals, UsageError } from '../arguments.ts';
import { read } from '../client.ts';
import type { Command } from '../command.ts';
import { followJob } from '../followJob.ts';
import { formatPercent, formatSeconds } from '../output.ts';
import { readGroups } from './import.ts';

export const paper: Command = {
  name: 'paper',
  usage: 'paper --data FOLDER --out DIR',
  summary: 'Compare Simple_CNN, MobileNetV1 and MobileNetV2 as the paper does; an interrupted run goes on.',
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    groups: { type: 'string' },
    seeds: { type: 'string' },
    'epochs-scale': { type: 'string' },
    'no-effects': { type: 'boolean' },
  },
  help: [
    '--data FOLDER          one folder for each class   --groups as in “import”',
    '--epochs-scale X       share of Simple_CNN’s 50 epochs (1); at full length it takes hours on a processor',
    '--seeds N              of the heads (5)   --no-effects  leaves out other widths and resolutions',
  ],
  run: async (context) => {
    const { given, output } = context;
    refusePositionals(given);
    const [data, out] = [optionalText(given, 'data'), optionalText(given, 'out')];
    if (data === undefined || out === undefined) throw new UsageError('paper takes --data FOLDER --out DIR.');
    const groups = readGroups(optionalText(given, 'groups') ?? 'none');
    const outDir = path.resolve(out);
    const client = await context.connect();
    const library = path.join(outDir, 'paper.fovea');
    await read(client.api.library.open.$post({ json: { path: library, create: true } }));
    output.message('Importing …');
    const folder = path.resolve(data);
    const importing = await read(
      client.api.import.$post({ json: { folder, labels: { kind: 'folders' }, groups } }),
    );
    await followJob<ImportSummary>(client, importing.jobId, context);
    output.message('Training …');
    const request = {
      outDir,
      epochsScale: optionalNumber(given, 'epochs-scale'),
      seeds: optionalNumber(given, 'seeds'),
      withEffects: given.values['no-effects'] !== true,
    };
    const { jobId } = await read(client.api.papers.$post({ json: request }));
    const { files, result } = await followJob<{ files: string[]; result: PaperResult }>(
      client,
      jobId,
      context,
    );
    output.result({ files, ...result }, [
      ...[...result.networks, ...result.effects].flatMap(describe),
      ...result.notes,
      ...files,
    ]);
    return 0;
  },
};

function describe({ name, parameters, runs, skipped }: PaperNetwork): string[] {
  if (skipped !== null) return [`${name}: ${skipped}`];
  return ['random', 'grouped'].flatMap((split) => {
    const own = runs.filter((run) => run.split === split);
    if (own.length === 0) return [];
    const mean = (key: 'accuracy' | 'trainSeconds'): number =>
      own.reduce((sum, run) => sum + run[key], 0) / own.length;
    return [
      `${name}, ${split}: ${formatPercent(mean('accuracy'))} of ${own.length} seeds, trained in ${formatSeconds(mean('trainSeconds'))}; ` +
        `${parameters.total} parameters, ${parameters.trainable} trained.`,
    ];
  });
}
