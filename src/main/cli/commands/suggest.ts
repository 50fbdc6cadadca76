import { QUEUE_NAMES, STRATEGY_NAMES } from '../../../shared/suggestions.ts';
import { optionalChoice, optionalNumber, refusePositionals } from '../arguments.ts';
import { openNamedLibrary, read } from '../client.ts';
import type { Command } from '../command.ts';
import { followJob } from '../followJob.ts';

export const suggest: Command = {
  name: 'suggest',
  usage: 'suggest --library DIR --count N',
  summary: 'Say which images to label next, and why.',
  options: {
    count: { type: 'string' },
    strategy: { type: 'string' },
    queue: { type: 'string' },
    seed: { type: 'string' },
  },
  help: [
    `--count N  (20)   --strategy ${STRATEGY_NAMES.join('|')}  (default)   --seed N`,
    '--queue teach|measure  (teach): images that teach, never of the test part, or random ones that measure',
  ],
  run: async (context) => {
    const { given } = context;
    refusePositionals(given);
    const request = {
      count: optionalNumber(given, 'count'),
      strategy: optionalChoice(given, 'strategy', STRATEGY_NAMES),
      queue: optionalChoice(given, 'queue', QUEUE_NAMES),
      seed: optionalNumber(given, 'seed'),
    };
    const client = await context.connect();
    await openNamedLibrary(client, given);
    const { jobId } = await read(client.api.suggestions.$post({ json: request }));
    const { batchId } = await followJob<{ batchId: number }>(client, jobId, context);
    const batch = await read(
      client.api.suggestions[':batchId'].$get({ param: { batchId: String(batchId) } }),
    );
    context.output.result(
      batch.images.map(({ imageId, path, reason, strategy, cluster, margin }) => ({
        ...{ imageId, path, reason, strategy, cluster, margin },
      })),
      [
        batch.why,
        ...batch.images.map(({ imageId, path, reason }) => `${imageId}  ${path}  ${reason}`),
        ...(batch.measureMore === null
          ? (batch.advice?.sentences ?? [])
          : [`${batch.measureMore} more random images would narrow the accuracy to ± 2 points.`]),
      ],
    );
    return 0;
  },
};
