import { describeError, type FromWorker, type ToWorker } from './protocol.ts';

/** What a handler may use besides its input. */
export interface CallContext {
  /** Aborted when the caller cancels. */
  readonly signal: AbortSignal;
  /** Sends an intermediate note (progress) to the caller. */
  readonly note: (note: unknown) => void;
}

export type Handler = (input: never, context: CallContext) => unknown;

/**
 * Makes this process a worker: answers calls from its parent with the named handlers and leaves when the
 * parent does, however the parent ends. Called once, as the last statement of a `*.worker.ts` file.
 */
export function serveWorker(handlers: Readonly<Record<string, Handler>>): void {
  const running = new Map<number, AbortController>();
  const send = (message: FromWorker): void => {
    // The parent may go at any moment; the failure to tell it is met by `disconnect` below.
    if (process.connected) process.send?.(message, () => undefined);
  };
  const answer = async (id: number, method: string, input: unknown): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const handler = handlers[method];
      if (handler === undefined) throw new Error(`This worker has no method ${method}.`);
      const context: CallContext = {
        signal: controller.signal,
        note: (note) => send({ kind: 'note', id, note }),
      };
      send({ kind: 'done', id, output: await handler(input as never, context) });
    } catch (error) {
      send({ kind: 'failed', id, problem: describeError(error) });
    } finally {
      running.delete(id);
    }
  };
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'cancel') running.get(message.id)?.abort();
    else void answer(message.id, message.method, message.input);
  });
  process.on('disconnect', () => process.exit(0));
  send({ kind: 'ready' });
}
