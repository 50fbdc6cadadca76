import { chmodSync } from 'node:fs';
import { timingSafeEqual } from 'node:crypto';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { FoveaError, toProblem } from '../../shared/errors.ts';
import { createApp } from './api.ts';
import { problemResponse } from './http.ts';
import { logFailure } from './log/log.ts';
import { jobRunners } from './runners.ts';
import { Studio } from './studio.ts';

// The core as a process of its own. Its parent gives it a private socket and a token by environment, holds its
// standard input open, and reads one line from its standard output when it listens.

const socketPath = requireVariable('FOVEA_CORE_SOCKET');
const token = Buffer.from(`Bearer ${requireVariable('FOVEA_CORE_TOKEN')}`);
// Workers inherit the environment; they need neither.
delete process.env['FOVEA_CORE_TOKEN'];
delete process.env['FOVEA_CORE_SOCKET'];

const studio = new Studio(jobRunners, process.env['FOVEA_WHO'] ?? 'another Fovea program');
const api = createApp(studio);
const guarded = new Hono()
  .use(async (c, next) => {
    const given = Buffer.from(c.req.header('authorization') ?? '');
    if (given.length !== token.length || !timingSafeEqual(given, token)) {
      return problemResponse(c, {
        ...toProblem(new FoveaError('not_found', 'The token is wrong.')),
        status: 401,
      });
    }
    return next();
  })
  .route('/', api);

const server = createAdaptorServer({ fetch: guarded.fetch });
let isLeaving = false;

/** Ends jobs, closes the library, leaves. Called when the parent goes, however it goes. */
async function leave(): Promise<void> {
  if (isLeaving) return;
  isLeaving = true;
  setTimeout(() => process.exit(1), 3000).unref();
  server.close();
  await studio.closeLibrary().catch(logFailure);
  process.exit(0);
}

process.stdin.on('end', () => void leave());
process.stdin.on('error', () => void leave());
process.stdin.resume();
process.on('SIGTERM', () => void leave());
process.on('SIGINT', () => void leave());
process.on('uncaughtException', (error) => {
  logFailure(error);
  process.exit(1);
});
process.on('unhandledRejection', (error) => logFailure(error));

// After a crash the host opens the library that was open last in the core that follows.
studio.events.subscribe((event) => {
  if (event.type === 'library.changed' && !isLeaving) say({ library: studio.library?.folder ?? null });
});

const library = process.env['FOVEA_LIBRARY'];
const mayCreate = process.env['FOVEA_CREATE'] === '1';
if (library !== undefined && library !== '') await studio.openLibrary(library, mayCreate).catch(logFailure);

server.listen(socketPath, () => {
  if (process.platform !== 'win32') chmodSync(socketPath, 0o600);
  say({ ready: true, pid: process.pid });
});

/** Tells the host something: one JSON object a line. */
function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

function requireVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new Error(`${name} is not set; the core is started by its host.`);
  return value;
}
