import { secureAnswer, servePage } from '../host/pages.ts';
import type { Session } from './session.ts';

export interface WebHandlerOptions {
  /** Reaches the core; adds the core's token. */
  readonly fetch: typeof fetch;
  readonly pagesFolder: string;
  readonly session: Session;
  readonly port: number;
}

/** The browser's own business with this host; the core has no use for it. */
const NOT_FORWARDED = ['cookie', 'authorization', 'host', 'origin', 'referer'];

/**
 * Answers a browser on this machine: pages and API, to holders of the session's cookie only.
 * Refused with 403: another name in the Host header (DNS rebinding), another origin, another site's requests.
 */
export function createWebHandler(options: WebHandlerOptions): (request: Request) => Promise<Response> {
  const { session, port } = options;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];

  return async (request) => {
    const url = new URL(request.url);
    const host = request.headers.get('host') ?? '';
    if (!hosts.includes(host)) return refuse('This address is not answered here.');
    const isApi = url.pathname.startsWith('/api/');
    if (!comesFromHere(request, host, isApi)) return refuse('Requests from other pages are not answered.');

    const token = url.searchParams.get('token');
    if (token !== null && request.method === 'GET' && url.pathname === '/') {
      if (!session.isToken(token))
        return refuse('The token is wrong or from an earlier start. Use the newest address.');
      // The browser goes on without the token, so that it stays in no history and no bookmark.
      url.searchParams.delete('token');
      const headers = { location: `/${url.search}`, 'set-cookie': session.cookie() };
      return secureAnswer(new Response(null, { status: 303, headers }));
    }
    if (!session.isCookie(request.headers.get('cookie'))) {
      return refuse('Open the whole address, with its token, that was printed when the studio was started.');
    }
    return isApi
      ? forward(options.fetch, request, url)
      : servePage(options.pagesFolder, request.method, url.pathname);
  };
}

/** False for what another page makes the browser send. Programs that are no browsers send neither header. */
function comesFromHere(request: Request, host: string, isApi: boolean): boolean {
  const origin = request.headers.get('origin');
  if (origin !== null && origin !== `http://${host}`) return false;
  const site = request.headers.get('sec-fetch-site');
  if (site === null || site === 'same-origin' || site === 'none') return true;
  // A link in another page may lead to the studio's pages, but to none of its data.
  return !isApi && request.method === 'GET' && request.headers.get('sec-fetch-mode') === 'navigate';
}

async function forward(coreFetch: typeof fetch, request: Request, url: URL): Promise<Response> {
  const headers = new Headers(request.headers);
  for (const name of NOT_FORWARDED) headers.delete(name);
  const { method, body, signal } = request;
  return secureAnswer(await coreFetch(url.pathname + url.search, { method, headers, body, signal }));
}

function refuse(sentence: string): Response {
  return secureAnswer(
    new Response(`${sentence}\n`, { status: 403, headers: { 'content-type': 'text/plain; charset=utf-8' } }),
  );
}
