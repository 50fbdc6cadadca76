import path from 'node:path';
import { existsSync } from 'node:fs';
import { startCore } from '../../host/startCore.ts';
import { serveWeb } from '../../web/serveWeb.ts';
import { optionalNumber, optionalText, refusePositionals, UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';

export const serve: Command = {
  name: 'serve',
  usage: 'serve [--library DIR] [--port N]',
  summary: 'Serve the studio on this machine only, for a browser on this machine.',
  options: { port: { type: 'string' }, import: { type: 'string' } },
  help: ['--port N      (any free one)', '--import DIR  go straight to importing that folder'],
  run: async ({ given, output, signal }) => {
    refusePositionals(given);
    const port = optionalNumber(given, 'port') ?? 0;
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw new UsageError('--port takes a number from 0 to 65535.');
    const library = optionalText(given, 'library') ?? process.env['FOVEA_LIBRARY'];
    const wantsLibrary = library !== undefined && library !== '';
    const core = await startCore({
      env: {
        FOVEA_WHO: 'the studio in a browser (fovea serve)',
        ...(wantsLibrary
          ? { FOVEA_LIBRARY: path.resolve(library), FOVEA_CREATE: existsSync(library) ? '' : '1' }
          : {}),
      },
      restart: true,
    });
    const folder = optionalText(given, 'import');
    const web = await serveWeb({ core, port });
    const address = new URL(web.address);
    if (folder !== undefined) address.searchParams.set('import', path.resolve(folder));
    output.result({ address: address.href, pid: process.pid }, [
      `Fovea Studio is at ${address.href}`,
      'Only this machine can reach it. Press Ctrl+C to end it.',
    ]);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await web.close();
    await core.close();
    return 0;
  },
};
