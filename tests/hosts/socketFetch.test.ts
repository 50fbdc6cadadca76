import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSocketFetch } from '../../src/main/host/socketFetch.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const EARLY_CORE = `
  const { createServer } = require('node:http');
  const { parentPort, workerData } = require('node:worker_threads');
  const server = createServer((request, response) => request.resume().on('end', () => response.end('done')));
  server.listen(workerData, () => parentPort.postMessage('listening'));
`;

describe('fetch over a socket', () => {
  it('passes method, address, headers and body on, with the token and without the caller’s own', async () => {
    const fetch = await serve(async (request, response) => {
      const { method, url, headers } = request;
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ method, url, headers, body: await text(request) }));
    });
    const answer = await fetch('http://anywhere.example/api/x?q=%2F%20#part', {
      method: 'PUT',
      headers: { authorization: 'Bearer forged', range: 'bytes=0-3', 'x-own': 'yes' },
      body: 'räumlich',
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    const seen = (await answer.json()) as { headers: Record<string, string> };
    expect(seen).toMatchObject({ method: 'PUT', url: '/api/x?q=%2F%20', body: 'räumlich' });
    expect(seen.headers).toMatchObject({
      authorization: 'Bearer right',
      host: 'core',
      range: 'bytes=0-3',
      'x-own': 'yes',
    });
  });

  it('streams both ways at once: the answer to a part comes before the rest is sent', async () => {
    const fetch = await serve((request, response) => {
      request.on('data', (chunk: Buffer) => response.write(chunk.toString().toUpperCase()));
      request.on('end', () => response.end());
    });
    let send: (part: string | null) => void = () => undefined;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        send = (part) => (part === null ? controller.close() : controller.enqueue(Buffer.from(part)));
      },
    });
    send('one');
    const answer = await fetch('/api/echo', { method: 'POST', body });
    const reader = answer.body!.getReader();
    const read = async (): Promise<string> => Buffer.from((await reader.read()).value ?? []).toString();
    expect(await read()).toBe('ONE');
    send('two');
    expect(await read()).toBe('TWO');
    send(null);
    expect((await reader.read()).done).toBe(true);
  });

  it('carries megabytes unharmed and answers without a body where there is none', async () => {
    const bytes = Buffer.alloc(5_000_000, 7);
    const fetch = await serve((request, response) => {
      if (request.url === '/none') response.writeHead(204).end();
      else response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    });
    expect(bytes.equals(await (await fetch('/all')).bytes())).toBe(true);
    const head = await fetch('/all', { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe('5000000');
    expect(head.body).toBeNull();
    expect((await fetch('/none')).body).toBeNull();
  });

  it('gives up on abort, before the answer and inside it, and hangs up', async () => {
    let closed = 0;
    const fetch = await serve((request, response) => {
      response.on('close', () => (closed += 1));
      if (request.url === '/begun') response.writeHead(200).write('first');
    });
    const early = new AbortController();
    const waiting = fetch('/silent', { signal: early.signal });
    setTimeout(() => early.abort(), 50);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });

    const late = new AbortController();
    const answer = await fetch('/begun', { signal: late.signal });
    late.abort();
    await expect(answer.text()).rejects.toMatchObject({ name: 'AbortError' });

    const cancelled = await fetch('/begun');
    await cancelled.body!.cancel();
    await expect.poll(() => closed).toBe(3);
  });

  it('fails to read a body that breaks off', async () => {
    const fetch = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('only this');
      setTimeout(() => response.destroy(), 20);
    });
    await expect((await fetch('/half')).text()).rejects.toThrow();
  });

  it('repeats a GET once whose answer never began, and no POST', async () => {
    const asked: string[] = [];
    const fetch = await serve((request, response) => {
      asked.push(request.method ?? '');
      if (asked.length === 1 || request.method === 'POST') response.destroy();
      else response.end('second time');
    });
    expect(await (await fetch('/again')).text()).toBe('second time');
    const post = await fetch('/once', { method: 'POST', body: 'x' });
    expect(asked).toEqual(['GET', 'GET', 'POST']);
    expect(post.status).toBe(503);
    expect(post.headers.get('content-type')).toBe('application/problem+json');
    expect(await post.json()).toMatchObject({ code: 'disconnected', status: 503 });
  });

  it('gets the answer of a core that hangs up before the end of a body of known length is said', async () => {
    const socket = path.join(await makeTemporaryFolder(), 'core.sock');
    // On a thread of its own, or it could never be quicker than the caller.
    const core = new Worker(EARLY_CORE, { eval: true, workerData: socket });
    onTestFinished(async () => void (await core.terminate()));
    await once(core, 'message');
    const fetch = createSocketFetch(socket, 'right');
    const bytes = Buffer.from('[1,2,3]');
    const headers = { 'content-length': String(bytes.length) };
    const ask = async (silenceMs: number): Promise<number> => {
      const body = new ReadableStream<Uint8Array>({
        async start(controller) {
          controller.enqueue(bytes);
          await new Promise((resolve) => setTimeout(resolve, silenceMs));
          controller.close();
        },
      });
      return (await fetch('/api/x', { method: 'POST', headers, body })).status;
    };
    for (let round = 0; round < 40; round += 1) {
      const answers = await Promise.all([ask(0), ask(1), ask(2), ask(5)]);
      expect(answers).toEqual([200, 200, 200, 200]);
    }
  });

  it('answers 503 where nobody listens', async () => {
    const answer = await createSocketFetch(
      path.join(await makeTemporaryFolder(), 'none.sock'),
      't',
    )('/api/x');
    expect(await answer.json()).toMatchObject({ code: 'disconnected' });
  });
});

async function serve(listener: RequestListener): Promise<typeof fetch> {
  const server = createServer(listener);
  const socketPath = path.join(await makeTemporaryFolder(), 'test.sock');
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return createSocketFetch(socketPath, 'right');
}
