import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as openRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCore, type CoreHandle } from '../../src/main/host/startCore.ts';
import { serveWeb, type WebHost } from '../../src/main/web/serveWeb.ts';
import { spellEscapes } from '../support/escapes.ts';

let core: CoreHandle;
let web: WebHost;
let folder: string;
let pagesFolder: string;
let cookie: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fovea-test-'));
  pagesFolder = path.join(folder, 'pages');
  await mkdir(pagesFolder);
  await writeFile(path.join(pagesFolder, 'index.html'), '<p>studio</p>');
  await writeFile(path.join(folder, 'secret.txt'), 'secret');
  core = await startCore({ restart: false, env: { FOVEA_USER_DATA: folder } });
  web = await serveWeb({ core, port: 0, pagesFolder });
  const { pathname, search } = new URL(web.address);
  const entered = await ask(pathname + search);
  cookie = entered.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
});

afterAll(async () => {
  await web.close();
  await core.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the studio on loopback', () => {
  it('exchanges the token of its address for a cookie and takes it out of the address', async () => {
    expect(web.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    const { search } = new URL(web.address);
    const entered = await ask(`/${search}&import=%2Ftmp%2Fx%20y`);
    expect(entered.status).toBe(303);
    expect(entered.headers.location).toBe('/?import=%2Ftmp%2Fx+y');
    expect(entered.headers['set-cookie']).toEqual([
      expect.stringMatching(/^fovea_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
    expect(cookie).not.toContain(search.slice('?token='.length));
    expect(await ask('/', { cookie })).toMatchObject({ status: 200, body: '<p>studio</p>' });
    const health = await ask('/api/health', { cookie });
    expect(JSON.parse(health.body)).toMatchObject({ ok: true, pid: core.pid });
    expect(health.headers['content-security-policy']).toContain('sandbox');
  });

  it('refuses who has neither token nor cookie, or wrong ones', async () => {
    const name = cookie.split('=')[0] ?? '';
    const token = new URL(web.address).searchParams.get('token') ?? '';
    const wrong: [string, Record<string, string>][] = [
      ['/', {}],
      ['/api/health', {}],
      ['/?token=', {}],
      ['/?token=wrong', { cookie }],
      [`/?token=${token}x`, {}],
      [`/api/health?token=${token}`, {}],
      ['/api/health', { cookie: `${name}=` }],
      ['/api/health', { cookie: `${name}=${token}` }],
      ['/api/health', { cookie: `other=${cookie.split('=')[1]}` }],
      ['/api/health', { authorization: `Bearer ${token}` }],
      ['/api/health', { authorization: `Bearer ${core.token}` }],
    ];
    for (const [address, headers] of wrong) {
      const answer = await ask(address, headers);
      expect([address, answer.status, answer.headers['set-cookie']]).toEqual([address, 403, undefined]);
    }
  });

  it('answers to its own names only, against names that are made to point here', async () => {
    const { port } = web;
    for (const host of [
      `evil.example:${port}`,
      '127.0.0.1',
      '127.0.0.1:1',
      `127.0.0.2:${port}`,
      `localhost.:${port}`,
    ]) {
      const { search } = new URL(web.address);
      expect((await ask('/api/health', { cookie, host })).status).toBe(403);
      expect((await ask(`/${search}`, { host })).headers['set-cookie']).toBeUndefined();
    }
    expect((await ask('/api/health', { cookie, host: `localhost:${port}` })).status).toBe(200);
  });

  it('does nothing for other pages, even with the cookie', async () => {
    const own = `http://127.0.0.1:${web.port}`;
    for (const origin of [
      'https://evil.example',
      'http://127.0.0.1',
      `https://127.0.0.1:${web.port}`,
      'null',
    ]) {
      expect((await ask('/api/health', { cookie, origin })).status).toBe(403);
      expect((await ask('/api/library/close', { cookie, origin }, 'POST')).status).toBe(403);
    }
    for (const site of ['cross-site', 'same-site']) {
      const headers = { cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' };
      expect((await ask('/api/health', headers)).status).toBe(403);
      expect((await ask('/', { ...headers, 'sec-fetch-mode': 'no-cors' })).status).toBe(403);
      expect((await ask('/', headers)).status).toBe(200);
    }
    const answer = await ask('/api/health', { cookie, origin: own, 'sec-fetch-site': 'same-origin' });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect((await ask('/api/health', { cookie, origin: 'https://evil.example' }, 'OPTIONS')).status).toBe(
      403,
    );
  });

  it('serves nothing outside the pages, however it is spelled on the wire', async () => {
    for (const spelling of spellEscapes('secret.txt')) {
      const raw = await askRaw(
        `GET ${spelling} HTTP/1.1\r\nHost: 127.0.0.1:${web.port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
      );
      expect(raw, spelling).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(raw, spelling).not.toMatch(/secret$/);
    }
  });

  it('passes the event stream on as it comes, and hangs up with the browser', async () => {
    const first = await new Promise<string>((resolve, reject) => {
      const stream = openRequest(
        { host: '127.0.0.1', port: web.port, path: '/api/events', headers: { cookie } },
        (response) => {
          expect(response.headers['content-type']).toContain('text/event-stream');
          response.once('data', (chunk: Buffer) => {
            resolve(chunk.toString());
            stream.destroy();
          });
        },
      );
      stream.on('error', reject);
      stream.end();
    });
    expect(first).toMatch(/^data: \{"type":"library\.changed"\}/);
  });

  it('listens on loopback only, names a port that is taken, and wants its pages built', async () => {
    await expect(serveWeb({ core, port: web.port, pagesFolder })).rejects.toMatchObject({ code: 'busy' });
    await expect(serveWeb({ core, port: 0, pagesFolder: path.dirname(pagesFolder) })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request as no browser would let a page make it: any Host, any Origin. */
function ask(address: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = openRequest(
      { host: '127.0.0.1', port: web.port, path: address, method, headers },
      (response) => {
        text(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          reject,
        );
      },
    );
    request.on('error', reject);
    request.end();
  });
}

async function askRaw(message: string): Promise<string> {
  const socket = connect(web.port, '127.0.0.1');
  socket.write(message);
  return text(socket);
}
