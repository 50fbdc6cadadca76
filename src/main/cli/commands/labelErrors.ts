import type { LabelCheck } from '../../../shared/quality.ts';
import { optionalNumber, refusePositionals } from '../arguments.ts';
import { openNamedLibrary, read } from '../client.ts';
import type { Command } from '../command.ts';
import { followJob } from '../followJob.ts';
import { formatPercent } from '../output.ts';

export const labelErrors: Command = {
  name: 'label-errors',
  usage: 'label-errors --library DIR',
  summary: 'List the labels that the others speak against, the least believable first.',
  options: { limit: { type: 'string' } },
  help: ['--limit N  (1000)'],
  run: async (context) => {
    const { given } = context;
    refusePositionals(given);
    const limit = optionalNumber(given, 'limit') ?? 1000;
    const client = await context.connect();
    await openNamedLibrary(client, given);
    const { jobId } = await read(client.api.quality['label-errors'].$post());
    await followJob<LabelCheck>(client, jobId, context);
    const { classes } = await read(client.api.classes.$get());
    const { errors } = await read(
      client.api.quality['label-errors'].$get({ query: { limit: String(limit) } }),
    );
    const nameOf = (classId: number): string => classes.find((row) => row.classId === classId)?.name ?? '?';
    const list = errors.map((each) => ({
      imageId: each.imageId,
      path: each.path,
      label: nameOf(each.classId),
      suggested: nameOf(each.suggestedClassId),
      confidence: each.confidence,
      suggestedShare: each.suggestedShare,
      ownNeighbours: each.ownNeighbours,
      otherNeighbours: each.otherNeighbours,
    }));
    context.output.result(
      list,
      list.map(
        ({ imageId, path, label, suggested, confidence, suggestedShare }) =>
          `${imageId}  ${path}  ${label} (${formatPercent(confidence)}), rather ${suggested} (${formatPercent(suggestedShare)})`,
      ),
    );
    return 0;
  },
};
