import { FoveaError } from '../../../shared/errors.ts';
import { refusePositionals } from '../arguments.ts';
import { libraryPath, openNamedLibrary, read } from '../client.ts';
import type { Command } from '../command.ts';

export const check: Command = {
  name: 'check',
  usage: 'check --library DIR',
  summary: 'Examine a library: database, label history, features, models.',
  options: {},
  help: [],
  run: async (context) => {
    refusePositionals(context.given);
    const client = await context.connect();
    try {
      await openNamedLibrary(client, context.given);
    } catch (error) {
      // A library too damaged to open is exactly what this command is for.
      if (!(error instanceof FoveaError) || error.code !== 'corrupt') throw error;
      const problem = [error.message, error.todo].filter((part) => part !== undefined).join(' ');
      context.output.result({ ok: false, problems: [problem], notes: [] }, [problem]);
      return 1;
    }
    const verdict = await read(client.api.library.check.$post());
    const lines = verdict.ok ? ['The library is whole.'] : verdict.problems;
    context.output.result(verdict, [...lines, ...verdict.notes]);
    return verdict.ok ? 0 : 1;
  },
};

export const backup: Command = {
  name: 'backup',
  usage: 'backup --library DIR',
  summary: 'Write a checked copy of the library database into its backups folder.',
  options: {},
  help: [],
  run: async (context) => {
    refusePositionals(context.given);
    const client = await context.connect();
    await openNamedLibrary(client, context.given);
    const answer = await read(client.api.library.backup.$post());
    context.output.result(answer, [answer.file]);
    return 0;
  },
};

export const restore: Command = {
  name: 'restore',
  usage: 'restore --library DIR',
  summary: 'Put the newest good backup in the place of a damaged database, which is kept.',
  options: {},
  help: [],
  run: async (context) => {
    refusePositionals(context.given);
    const client = await context.connect();
    const answer = await read(
      client.api.library.restore.$post({ json: { path: libraryPath(context.given) } }),
    );
    context.output.result(answer, [`Restored ${answer.backup}.`]);
    return 0;
  },
};
