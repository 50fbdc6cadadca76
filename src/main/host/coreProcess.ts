import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { FoveaError } from '../../shared/errors.ts';
import { createCoreAddress, type CoreTarget } from './coreAddress.ts';

/** How one core process ended. */
export interface CoreExit {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One core process that listens. */
export interface CoreProcess {
  readonly target: CoreTarget;
  readonly pid: number;
  readonly exited: Promise<CoreExit>;
  /** The library that was open in it when it last said so; undefined before it said anything. */
  lastLibrary(): string | null | undefined;
  /** Ends its standard input, which asks it to leave, and kills it when it has not left after 3 seconds. */
  close(): Promise<void>;
}

export interface LaunchOptions {
  readonly nodePath: string;
  /** The script of the core: src/main/core/process.ts. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readyTimeoutMs: number;
}

const LEAVE_WITHIN_MS = 3000;
/** Given to the Electron or npm that runs us, not to the core. */
const NOT_INHERITED = /^(ELECTRON_|NODE_OPTIONS$|FOVEA_CORE_)/;
const REMEMBERED_LOG_LINES = 12;

/**
 * Starts a core and waits until it listens.
 * @throws FoveaError `disconnected` with the end of its log when it ends or is silent for `readyTimeoutMs`.
 */
export async function launchCore(options: LaunchOptions): Promise<CoreProcess> {
  const address = createCoreAddress();
  const child = spawn(options.nodePath, [options.entry], {
    cwd: path.dirname(options.entry),
    env: {
      ...withoutForeign(options.env),
      FOVEA_CORE_SOCKET: address.socketPath,
      FOVEA_CORE_TOKEN: address.token,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    // Ctrl+C in a terminal is for the parent, which decides what becomes of running jobs. On Windows this
    // would open a console.
    detached: process.platform !== 'win32',
  });
  const exited = waitForExit(child).finally(() => address.remove());
  child.stdin.on('error', () => undefined);
  const log = rememberLog(child);
  let library: string | null | undefined;
  try {
    await waitUntilReady(child, exited, options.readyTimeoutMs, (opened) => (library = opened));
  } catch (error) {
    child.kill('SIGKILL');
    const text = log();
    throw new FoveaError('disconnected', 'The core of the studio could not be started.', {
      todo: `${error instanceof Error ? error.message : String(error)}${text === '' ? '' : `\n${text}`}`,
      cause: error,
    });
  }
  return {
    target: { socketPath: address.socketPath, token: address.token },
    pid: child.pid ?? 0,
    exited,
    lastLibrary: () => library,
    async close() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), LEAVE_WITHIN_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** Reads what the core says on its standard output: one JSON object a line. */
function waitUntilReady(
  child: ChildProcess,
  exited: Promise<CoreExit>,
  timeoutMs: number,
  onLibrary: (library: string | null) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`It was silent for ${timeoutMs / 1000} s.`)), timeoutMs);
    child.once('error', (error) => reject(new Error(`Node could not be run: ${error.message}`)));
    void exited.then(({ code, signal }) =>
      reject(new Error(`It ended at once (${signal ?? `exit code ${code}`}).`)),
    );
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const said = parseLine(line);
      if (said['ready'] === true) {
        clearTimeout(timer);
        resolve();
      }
      const library = said['library'];
      if (library === null || typeof library === 'string') onLibrary(library);
    });
  });
}

function waitForExit(child: ChildProcess): Promise<CoreExit> {
  const pid = child.pid ?? 0;
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ pid, code, signal }));
    // No process at all: 'exit' will not come.
    child.once('error', () => child.pid === undefined && resolve({ pid, code: null, signal: null }));
  });
}

function rememberLog(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk);
    tail = (tail + chunk.toString('utf8')).split('\n').slice(-REMEMBERED_LOG_LINES).join('\n');
  });
  return () => tail.trim();
}

function parseLine(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function withoutForeign(env: LaunchOptions['env']): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !NOT_INHERITED.test(name)));
}
