import { FoveaError } from '../../../shared/errors.ts';
import { optionalNumber, optionalText, refusePositionals } from '../arguments.ts';
import { openNamedLibrary, read } from '../client.ts';
import type { Command } from '../command.ts';

export const classes: Command = {
  name: 'classes',
  usage: 'classes --library DIR',
  summary: 'List the classes with their keys and how many images carry each.',
  options: {},
  help: [],
  run: async (context) => {
    refusePositionals(context.given);
    const client = await context.connect();
    await openNamedLibrary(client, context.given);
    const answer = await read(client.api.classes.$get());
    context.output.result(
      answer,
      answer.classes.map((row) => `${row.key ?? ' '}  ${String(row.imageCount).padStart(7)}  ${row.name}`),
    );
    return 0;
  },
};

/** How many images one request reads. */
const PAGE = 500;

export const images: Command = {
  name: 'images',
  usage: 'images --library DIR',
  summary: 'List images, with their class, group and what the newest model says.',
  options: {
    class: { type: 'string' },
    unlabelled: { type: 'boolean' },
    flag: { type: 'string' },
    group: { type: 'string' },
    part: { type: 'string' },
    text: { type: 'string' },
    limit: { type: 'string' },
  },
  help: [
    '--class NAME  --unlabelled  --flag FLAG  --group NAME  --part train|validation|test  --text TEXT',
    '--limit N     (100)',
  ],
  run: async (context) => {
    const { given } = context;
    refusePositionals(given);
    const client = await context.connect();
    await openNamedLibrary(client, given);
    const limit = optionalNumber(given, 'limit') ?? 100;
    const all = (await read(client.api.classes.$get())).classes;
    const query = buildQuery(given.values, all);
    const { imageIds } = await read(client.api.images.list.$get({ query }));
    const rows = [];
    for (let start = 0; start < Math.min(limit, imageIds.length); start += PAGE) {
      const page = imageIds.slice(start, Math.min(start + PAGE, limit));
      rows.push(...(await read(client.api.images.rows.$post({ json: { imageIds: page } }))).rows);
    }
    const nameOf = (classId: number | null): string =>
      all.find((row) => row.classId === classId)?.name ?? '-';
    context.output.result(
      {
        total: imageIds.length,
        images: rows.map((row) => ({ ...row, class: row.classId === null ? null : nameOf(row.classId) })),
      },
      [
        ...rows.map((row) => `${row.imageId}  ${nameOf(row.classId)}  ${row.group ?? '-'}  ${row.path}`),
        `${imageIds.length} images`,
      ],
    );
    return 0;

    function buildQuery(values: typeof given.values, known: typeof all): Record<string, string> {
      const result: Record<string, string> = {};
      const className = optionalText(given, 'class');
      if (className !== undefined) {
        const row = known.find((each) => each.name.toLowerCase() === className.toLowerCase());
        if (row === undefined) {
          throw new FoveaError('not_found', 'There is no such class in this library.', {
            subject: className,
            todo: 'List them: fovea classes --library DIR.',
          });
        }
        result['classId'] = String(row.classId);
      }
      if (values['unlabelled'] === true) result['unlabelled'] = '1';
      for (const [option, name] of [
        ['flag', 'flag'],
        ['group', 'group'],
        ['part', 'part'],
        ['text', 'q'],
      ] as const) {
        const text = optionalText(given, option);
        if (text !== undefined) result[name] = text;
      }
      return result;
    }
  },
};
