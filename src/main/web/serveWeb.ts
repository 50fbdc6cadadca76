import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { FoveaError } from '../../shared/errors.ts';
import { findAppRoot } from '../host/appRoot.ts';
import type { CoreHandle } from '../host/startCore.ts';
import { Session } from './session.ts';
import { createWebHandler } from './webHandler.ts';

export interface ServeWebOptions {
  readonly core: Pick<CoreHandle, 'fetch'>;
  /** 0 takes any that is free. */
  readonly port: number;
  /** The built pages; out/renderer when absent. */
  readonly pagesFolder?: string;
}

export interface WebHost {
  /** What a person opens: `http://127.0.0.1:PORT/?token=…`. */
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves the studio to a browser on this machine, on the loopback interface only.
 * @throws FoveaError `not_found` when the pages are not built, `busy` when the port is taken.
 */
export async function serveWeb(options: ServeWebOptions): Promise<WebHost> {
  const pagesFolder = options.pagesFolder ?? path.join(findAppRoot(), 'out', 'renderer');
  if (!existsSync(path.join(pagesFolder, 'index.html'))) {
    throw new FoveaError('not_found', 'The pages of the studio are not built.', {
      todo: 'Run npm run build, or npm start, which does it.',
    });
  }
  // The handler needs the port for its checks, and the port is known only once the server listens.
  let handle: (request: Request) => Promise<Response> = () =>
    Promise.resolve(new Response(null, { status: 503 }));
  const server = createAdaptorServer({
    fetch: (request: Request) => handle(request),
    overrideGlobalObjects: false,
  }) as Server;
  const port = await listen(server, options.port);
  const session = new Session(port);
  handle = createWebHandler({ fetch: options.core.fetch, pagesFolder, session, port });
  return {
    address: `http://127.0.0.1:${port}/?token=${session.token}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, port)));
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function explain(error: NodeJS.ErrnoException, port: number): FoveaError {
  if (error.code === 'EADDRINUSE') {
    return new FoveaError('busy', `Port ${port} is used by another program.`, {
      todo: 'Choose another with --port, or leave it out to take any that is free.',
    });
  }
  return new FoveaError('unreadable', `Port ${port} cannot be opened: ${error.message}.`, {
    todo: 'Choose another with --port, above 1024.',
  });
}
