import { FoveaError } from '../../../shared/errors.ts';
import { describeBatchEffect, type MapClusters, type MapSummary } from '../../../shared/map.ts';
import { optionalChoice, optionalNumber, refusePositionals } from '../arguments.ts';
import { openNamedLibrary, read, type Client } from '../client.ts';
import type { Command, CommandContext } from '../command.ts';
import { followJob } from '../followJob.ts';
import { formatPercent, formatSeconds } from '../output.ts';

export const map: Command = {
  name: 'map',
  usage: 'map --library DIR',
  summary: 'Lay all images out as a map, like beside like, and measure it.',
  options: {
    perplexity: { type: 'string' },
    exaggeration: { type: 'string' },
    iterations: { type: 'string' },
    seed: { type: 'string' },
    start: { type: 'string' },
    place: { type: 'boolean', default: false },
  },
  help: [
    '--perplexity P  (30)   --exaggeration E  (12)   --iterations N  (750)   --seed N   --start components|random',
    '--place  put images that came later on the newest map; nothing on it moves',
  ],
  run: async (context) => {
    const { given, output } = context;
    refusePositionals(given);
    const request = {
      perplexity: optionalNumber(given, 'perplexity'),
      exaggeration: optionalNumber(given, 'exaggeration'),
      iterations: optionalNumber(given, 'iterations'),
      seed: optionalNumber(given, 'seed'),
      start: optionalChoice(given, 'start', ['components', 'random']),
    };
    const client = await context.connect();
    await openNamedLibrary(client, given);
    const mapId =
      given.values['place'] === true
        ? await placeOnNewest(client, context)
        : await make(client, context, request);
    const { maps, batchEffects } = await read(client.api.maps.$get());
    const made = maps.find((each) => each.mapId === mapId)!;
    const { clusters } = await readClusters(client, mapId, undefined);
    const { kl, trustworthiness, recall10, seconds } = made.figures;
    output.result(
      {
        ...{ mapId, points: made.images, placed: made.placed, seconds, kl, trustworthiness, recall10 },
        ...{ clusters: clusters.length, batchEffects },
      },
      [
        `Map ${mapId}: ${made.images} images in ${clusters.length} clusters${made.placed > 0 ? `, ${made.placed} placed afterwards` : ''}`,
        `divergence ${kl.toFixed(3)}, trustworthiness ${trustworthiness.toFixed(3)}, ${formatPercent(recall10)} of the ten nearest are near on the map`,
        `components ${formatSeconds(seconds.pca)}, neighbours ${formatSeconds(seconds.neighbours)}, layout ${formatSeconds(seconds.layout)}`,
        'Distances between islands, and their sizes, mean nothing on such a map.',
        ...batchEffects.map((effect) =>
          effect.warns ? `Warning: ${describeBatchEffect(effect)}` : describeBatchEffect(effect),
        ),
      ],
    );
    return 0;
  },
};

export const clusters: Command = {
  name: 'clusters',
  usage: 'clusters --library DIR',
  summary: 'List the clusters of a map, and what is in them.',
  options: { map: { type: 'string' }, granularity: { type: 'string' } },
  help: ['--map ID  (the newest)   --granularity 0…1  (0.5): few large clusters … many small ones'],
  run: async (context) => {
    const { given } = context;
    refusePositionals(given);
    const granularity = optionalNumber(given, 'granularity');
    const wanted = optionalNumber(given, 'map');
    const client = await context.connect();
    await openNamedLibrary(client, given);
    const mapId = wanted ?? (await findNewest(client)).mapId;
    const found = await readClusters(client, mapId, granularity);
    const { classes } = await read(client.api.classes.$get());
    const nameOf = (classId: number): string => classes.find((row) => row.classId === classId)?.name ?? '?';
    const list = found.clusters.map(({ classes: inside, predictions, ...rest }) => ({
      ...rest,
      classes: inside.map(({ classId, images }) => ({ name: nameOf(classId), images })),
      predictions: predictions.map(({ classId, images }) => ({ name: nameOf(classId), images })),
    }));
    context.output.result(
      { mapId, granularity: found.granularity, outliers: found.outliers, clusters: list },
      [
        ...list.map(({ cluster, size, silhouette, holdsTogether, classes: inside, labelled, purity }) => {
          const labels = inside.map(({ name, images }) => `${name} ${images}`).join(', ');
          const pure = purity === null ? '' : `, purity ${formatPercent(purity)}`;
          const loose = holdsTogether ? '' : ', does not hold together in feature space';
          return `${cluster}  ${size} images, silhouette ${silhouette.toFixed(2)}${loose}; ${labelled} labelled${labels === '' ? '' : `: ${labels}`}${pure}`;
        }),
        `${found.outliers} images are in no cluster.`,
      ],
    );
    return 0;
  },
};

type MapRequest = Parameters<Client['api']['maps']['$post']>[0]['json'];

async function make(client: Client, context: CommandContext, json: MapRequest): Promise<number> {
  const { jobId } = await read(client.api.maps.$post({ json }));
  return (await followJob<{ mapId: number }>(client, jobId, context)).mapId;
}

async function placeOnNewest(client: Client, context: CommandContext): Promise<number> {
  const { mapId } = await findNewest(client);
  const { jobId } = await read(client.api.maps[':mapId'].place.$post({ param: { mapId: String(mapId) } }));
  await followJob(client, jobId, context);
  return mapId;
}

async function findNewest(client: Client): Promise<MapSummary> {
  const [newest] = (await read(client.api.maps.$get())).maps;
  if (newest !== undefined) return newest;
  throw new FoveaError('not_found', 'This library has no map yet.', { todo: 'Make one with “fovea map”.' });
}

function readClusters(client: Client, mapId: number, granularity: number | undefined): Promise<MapClusters> {
  const query = granularity === undefined ? {} : { granularity: String(granularity) };
  return read(client.api.maps[':mapId'].clusters.$get({ param: { mapId: String(mapId) }, query }));
}
