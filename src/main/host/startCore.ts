import path from 'node:path';
import { FoveaError } from '../../shared/errors.ts';
import { findAppRoot } from './appRoot.ts';
import { sweepCoreAddresses, type CoreTarget } from './coreAddress.ts';
import { launchCore, type CoreExit, type CoreProcess } from './coreProcess.ts';
import { findNode, searchHere } from './findNode.ts';
import { createCoreFetch } from './socketFetch.ts';

export interface StartCoreOptions {
  /** Added to this process's environment: `FOVEA_LIBRARY`, `FOVEA_WHO`, … */
  readonly env?: Readonly<Record<string, string>>;
  /** The Node that runs the core; found by `findNode` when absent. */
  readonly nodePath?: string;
  /** The script of the core; only tests name another. */
  readonly entry?: string;
  /** Starts a core that died anew, with a new socket and token, and opens the same library in it. */
  readonly restart: boolean;
  /** Called when the core died without having been asked to. */
  readonly onExit?: (exit: CoreExit & { readonly willRestart: boolean }) => void;
  readonly readyTimeoutMs?: number;
}

/** A core that is kept running, and the way to reach it. */
export interface CoreHandle {
  /** Of the present core; all three change when it is restarted. */
  readonly socketPath: string;
  readonly token: string;
  readonly pid: number;
  /** `fetch('/api/…')` to the present core; a call during a restart waits for it. See createCoreFetch. */
  readonly fetch: typeof fetch;
  /** Lets the core end its jobs and close its library; kills it when it has not left after 3 seconds. */
  close(): Promise<void>;
}

const READY_TIMEOUT_MS = 30_000;
const RESTART_DELAYS_MS = [0, 250, 500, 1000, 2000];
const RESTART_WINDOW_MS = 60_000;

/**
 * Starts the core as a process of its own, by the one way there is.
 * The core ends with this process, however this process ends.
 * @throws FoveaError `not_found` (no Node), `disconnected` (it did not start; the reason is in `todo`).
 */
export async function startCore(options: StartCoreOptions): Promise<CoreHandle> {
  const appRoot = findAppRoot();
  const nodePath = options.nodePath ?? findNode(searchHere(appRoot));
  const entry = options.entry ?? path.join(appRoot, 'src', 'main', 'core', 'process.ts');
  const readyTimeoutMs = options.readyTimeoutMs ?? READY_TIMEOUT_MS;
  const launch = (env: Readonly<Record<string, string>>): Promise<CoreProcess> =>
    launchCore({ nodePath, entry, env: { ...process.env, ...options.env, ...env }, readyTimeoutMs });

  sweepCoreAddresses();
  let latest = await launch({});
  let present: Promise<CoreProcess> = Promise.resolve(latest);
  let isClosing = false;
  const deaths: number[] = [];

  const watch = (core: CoreProcess): void => {
    latest = core;
    void core.exited.then((exit) => {
      if (isClosing) return;
      const delay = options.restart ? nextDelay(deaths) : null;
      options.onExit?.({ ...exit, willRestart: delay !== null });
      present = delay === null ? Promise.reject(goneForGood()) : restart(delay, core.lastLibrary());
      // A rejection is for those who call fetch; nobody may be waiting now.
      present.then(watch, () => undefined);
    });
  };

  const restart = async (delay: number, library: string | null | undefined): Promise<CoreProcess> => {
    await new Promise((resolve) => setTimeout(resolve, delay));
    if (isClosing) throw goneForGood();
    try {
      return await launch(library === undefined ? {} : { FOVEA_LIBRARY: library ?? '' });
    } catch (error) {
      const next = nextDelay(deaths);
      if (next === null) throw error;
      return restart(next, library);
    }
  };

  watch(latest);
  return {
    get socketPath() {
      return latest.target.socketPath;
    },
    get token() {
      return latest.target.token;
    },
    get pid() {
      return latest.pid;
    },
    fetch: createCoreFetch(async (): Promise<CoreTarget> => (await present).target),
    async close() {
      isClosing = true;
      await present.then(
        (core) => core.close(),
        () => undefined,
      );
    },
  };
}

/** How long to wait before the next start, or null when there were too many deaths in the last minute. */
function nextDelay(deaths: number[]): number | null {
  const now = Date.now();
  while (deaths[0] !== undefined && deaths[0] < now - RESTART_WINDOW_MS) deaths.shift();
  deaths.push(now);
  return RESTART_DELAYS_MS[deaths.length - 1] ?? null;
}

function goneForGood(): FoveaError {
  return new FoveaError('disconnected', 'The core of the studio ended and was not started again.', {
    todo: 'Close the studio and start it again; nothing that was saved is lost. If it happens again, run fovea doctor.',
  });
}
