import path from 'node:path';
import type { RelinkResult } from '../../../shared/relink.ts';
import { refusePositionals, requireText, UsageError } from '../arguments.ts';
import { openNamedLibrary, read } from '../client.ts';
import type { Command } from '../command.ts';
import { followJob } from '../followJob.ts';

export const relink: Command = {
  name: 'relink',
  usage: 'relink --root OLD --folder NEW --library DIR',
  summary: 'Find the files of an imported folder that was moved, by their content.',
  options: { root: { type: 'string' }, folder: { type: 'string' }, yes: { type: 'boolean' } },
  help: [
    '--root OLD    the folder as the library knows it: its path or its name',
    '--folder NEW  where it is now',
    '--yes         use what was found; without it the files are only counted',
  ],
  run: async (context) => {
    refusePositionals(context.given);
    const wanted = requireText(context.given, 'root');
    const folder = path.resolve(requireText(context.given, 'folder'));
    const client = await context.connect();
    await openNamedLibrary(client, context.given);
    const roots = (await read(client.api.library.$get())).open?.roots ?? [];
    const root = roots.find((each) => each.path === path.resolve(wanted) || each.name === wanted);
    if (root === undefined) {
      throw new UsageError(
        `The library knows no folder “${wanted}”; it knows ${roots.map((each) => each.path).join(', ')}.`,
      );
    }
    const { rootId } = root;
    const { jobId } = await read(client.api.relink.$post({ json: { rootId, folder } }));
    const found = await followJob<RelinkResult>(client, jobId, context);
    const isUsed = context.given.values['yes'] === true && found.files > found.missing;
    if (isUsed) await read(client.api.relink.use.$post({ json: { rootId, folder } }));
    context.output.result({ ...found, isUsed }, [
      `${found.inPlace + found.moved} of ${found.files} files found (${found.moved} in another place), ${found.missing} not.`,
      ...found.missingPaths.map((file) => `  not found: ${JSON.stringify(file)}`),
      isUsed ? 'They are used from now on.' : 'Nothing was changed; --yes uses what was found.',
    ]);
    return found.missing === found.files ? 1 : 0;
  },
};
