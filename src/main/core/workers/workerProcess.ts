import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { FoveaError, fromProblem } from '../../../shared/errors.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** After this long the worker is killed and the call fails with `unreadable` (code of a timed-out input). */
  readonly timeoutMs?: number;
  readonly onNote?: (note: unknown) => void;
}

interface Pending {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onNote: ((note: unknown) => void) | undefined;
  readonly settle: () => void;
}

/**
 * Thrown to callers whose worker died under them; tells a crash from an ordinary failure. Its code is `unreadable`
 * when the worker was stopped for taking too long over its input, otherwise `disconnected`.
 */
export class WorkerDied extends FoveaError {
  readonly timedOut: boolean;
  constructor(timedOut: boolean, how: string) {
    super(
      timedOut ? 'unreadable' : 'disconnected',
      timedOut
        ? 'The worker took too long and was stopped.'
        : `The process that did this work ended before it was done (${how}).`,
      timedOut ? {} : { todo: 'Run it again; nothing that was saved before is lost.' },
    );
    this.name = 'WorkerDied';
    this.timedOut = timedOut;
  }
}

/**
 * One worker process: the single way to start one, call it, cancel a call, and kill it.
 * A process and not a thread, because native code (decoders, TensorFlow) can hang or crash: then only this
 * process is lost. Cancel is polite; a worker that ignores it for `graceMs` is killed.
 */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #exited: Promise<void>;
  #nextId = 1;
  #timedOut = false;
  #gone = false;

  constructor(entry: URL, options: { env?: Readonly<Record<string, string>>; execArgv?: string[] } = {}) {
    this.#child = fork(fileURLToPath(entry), {
      serialization: 'advanced',
      // A worker's own prints must never mix with JSON on stdout: its standard output is our standard error.
      stdio: ['ignore', 2, 2, 'ipc'],
      env: { ...process.env, ...options.env },
      execArgv: options.execArgv ?? [],
    });
    this.#child.on('message', (message) => this.#receive(message as FromWorker));
    this.#exited = new Promise((resolve) => {
      const finish = (how: string): void => {
        this.#fail(how);
        resolve();
      };
      this.#child.once('exit', (code, signal) => finish(signal ?? `exit code ${code}`));
      this.#child.once('error', (error) => finish(error.message));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return !this.#gone;
  }

  /** Calls a method of the worker. Rejects with the worker's FoveaError, or WorkerDied. */
  call<Output>(method: string, input: unknown, options: CallOptions = {}): Promise<Output> {
    if (this.#gone) return Promise.reject(new WorkerDied(this.#timedOut, 'not running'));
    if (options.signal?.aborted) return Promise.reject(new FoveaError('cancelled', 'Cancelled.'));
    const id = this.#nextId++;
    return new Promise<Output>((resolve, reject) => {
      const timer =
        options.timeoutMs === undefined ? undefined : setTimeout(() => this.#expire(), options.timeoutMs);
      let grace: NodeJS.Timeout | undefined;
      const onAbort = (): void => {
        this.#send({ kind: 'cancel', id });
        grace = setTimeout(() => this.kill(), 800);
      };
      options.signal?.addEventListener('abort', onAbort, { once: true });
      const settle = (): void => {
        clearTimeout(timer);
        clearTimeout(grace);
        options.signal?.removeEventListener('abort', onAbort);
        this.#pending.delete(id);
      };
      const rejectAsCancelled = (error: Error): void =>
        reject(options.signal?.aborted ? new FoveaError('cancelled', 'Cancelled.') : error);
      this.#pending.set(id, {
        resolve: (output) => resolve(output as Output),
        reject: rejectAsCancelled,
        onNote: options.onNote,
        settle,
      });
      this.#send({ kind: 'call', id, method, input });
    });
  }

  /** Ends the process at once; pending calls reject. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Lets the process leave by itself and waits until it has; kills it after two seconds. */
  async close(): Promise<void> {
    if (this.#gone) return;
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.kill(), 2000);
    await this.#exited;
    clearTimeout(timer);
  }

  #send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message);
  }

  #expire(): void {
    this.#timedOut = true;
    this.kill();
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'ready') return;
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if (message.kind === 'note') {
      pending.onNote?.(message.note);
      return;
    }
    pending.settle();
    if (message.kind === 'done') pending.resolve(message.output);
    else pending.reject(fromProblem(message.problem));
  }

  #fail(how: string): void {
    this.#gone = true;
    const error = new WorkerDied(this.#timedOut, how);
    for (const pending of [...this.#pending.values()]) {
      pending.settle();
      pending.reject(error);
    }
  }
}
