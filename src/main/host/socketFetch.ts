import { request as openRequest, type IncomingMessage } from 'node:http';
import { FoveaError, toProblem } from '../../shared/errors.ts';
import type { CoreTarget } from './coreAddress.ts';

/** No network stands behind it: the connection is a local socket, the name only fills the Host header. */
const ORIGIN = 'http://core';
const RETRY_AFTER_MS = 250;
/** These belong to one connection and must not be passed on. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'expect'];

/** `fetch` to the core behind one socket. Any origin will do in the address; `/api/…` alone will, too. */
export function createSocketFetch(socketPath: string, token: string): typeof fetch {
  return createCoreFetch(() => Promise.resolve({ socketPath, token }));
}

/**
 * `fetch` to the core that is running at the moment of each call. Bodies stream both ways; abort signals,
 * HEAD and Range work; the token is added here. A GET or HEAD that found nobody, or lost its core before the
 * answer began, is tried once more; then, and at once for other methods, the answer is a 503 problem document
 * with the code `disconnected`. An answer that breaks off in its body makes reading the body fail.
 */
export function createCoreFetch(findTarget: () => Promise<CoreTarget>): typeof fetch {
  return async (input, init) => {
    const request = toRequest(input, init);
    const isRepeatable = request.method === 'GET' || request.method === 'HEAD';
    for (let attempt = 1; ; attempt++) {
      try {
        return await send(await findTarget(), request);
      } catch (error) {
        request.signal.throwIfAborted();
        if (!isRepeatable || attempt === 2) return answerDisconnected(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
      }
    }
  };
}

function toRequest(input: Parameters<typeof fetch>[0], init?: RequestInit): Request {
  const target = typeof input === 'string' ? new URL(input, ORIGIN) : input;
  const needsDuplex = init?.body instanceof ReadableStream;
  return new Request(target, needsDuplex ? ({ ...init, duplex: 'half' } as RequestInit) : init);
}

async function send(target: CoreTarget, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const headers = new Headers(request.headers);
  for (const name of HOP_BY_HOP) headers.delete(name);
  headers.set('host', 'core');
  headers.set('authorization', `Bearer ${target.token}`);
  // Before there is a connection: one that is given up unused would fail later, with nobody to hear it.
  request.signal.throwIfAborted();
  const outgoing = openRequest({
    socketPath: target.socketPath,
    path: pathname + search,
    method: request.method,
    headers: Object.fromEntries(headers),
    // A connection of its own costs little on a local socket, and none can be stale after a restart.
    agent: false,
  });
  const giveUp = (): void => void outgoing.destroy(request.signal.reason as Error);
  request.signal.addEventListener('abort', giveUp, { once: true });
  outgoing.once('close', () => request.signal.removeEventListener('abort', giveUp));
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
  });
  writeBody(request.body, outgoing).catch((error: unknown) => outgoing.destroy(error as Error));
  return toResponse(await answered, request);
}

/**
 * Passes the body on as fast as the core takes it. A core that answers early and hangs up is no error here.
 * Where the length is known the last bytes go out together with the end: an end written on its own can come
 * after the core has answered and closed, and that failed write would hide the answer.
 */
async function writeBody(
  body: ReadableStream<Uint8Array> | null,
  outgoing: ReturnType<typeof openRequest>,
): Promise<void> {
  const length = Number(outgoing.getHeader('content-length') ?? Number.NaN);
  let sent = 0;
  for await (const chunk of body ?? []) {
    if (outgoing.destroyed) return;
    sent += chunk.length;
    if (sent === length) {
      outgoing.end(chunk);
      return;
    }
    if (!outgoing.write(chunk)) {
      await new Promise<void>((resolve) => {
        outgoing.once('drain', resolve);
        outgoing.once('close', resolve);
      });
    }
  }
  outgoing.end();
}

function toResponse(incoming: IncomingMessage, request: Request): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    if (HOP_BY_HOP.includes(name)) continue;
    for (const value of values ?? []) headers.append(name, value);
  }
  const status = incoming.statusCode ?? 502;
  const isEmpty = request.method === 'HEAD' || [204, 205, 304].includes(status);
  if (isEmpty) incoming.resume();
  return new Response(isEmpty ? null : streamBody(incoming, request.signal), { status, headers });
}

/** One chunk is read ahead, no more: a reader that is slow slows the core. */
function streamBody(incoming: IncomingMessage, signal: AbortSignal): ReadableStream<Uint8Array> {
  const chunks = incoming[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      } catch (error) {
        controller.error(signal.aborted ? signal.reason : error);
      }
    },
    cancel() {
      incoming.destroy();
    },
  });
}

function answerDisconnected(cause: unknown): Response {
  const problem = toProblem(
    cause instanceof FoveaError && cause.code === 'disconnected'
      ? cause
      : new FoveaError('disconnected', 'The core of the studio did not answer.', {
          todo: 'It is restarted by itself; try again in a moment. Nothing that was saved is lost.',
        }),
  );
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json' },
  });
}
