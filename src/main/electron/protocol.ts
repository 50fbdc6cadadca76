import { protocol } from 'electron';
import { secureAnswer, servePage } from '../host/pages.ts';
import type { CoreHandle } from '../host/startCore.ts';
import { ORIGIN, SCHEME } from './addresses.ts';

/** Must be called before Electron is ready. */
export function registerScheme(): void {
  const privileges = {
    standard: true,
    secure: true,
    supportFetchAPI: true,
    stream: true,
    corsEnabled: false,
  };
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges }]);
}

/**
 * Answers `fovea://app/api/…` by the core and everything else from the built pages. The token is added on the
 * way; the page never sees it.
 * @param core may still be starting; calls wait for it, pages do not.
 */
export function handleScheme(pagesFolder: string, core: Promise<CoreHandle>): void {
  protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url);
    const origin = request.headers.get('origin');
    if (url.host !== 'app' || (origin !== null && origin !== ORIGIN))
      return new Response(null, { status: 403 });
    if (!url.pathname.startsWith('/api/')) return servePage(pagesFolder, request.method, url.pathname);
    const { method, headers, body, signal } = request;
    const { fetch } = await core;
    return secureAnswer(await fetch(url.pathname + url.search, { method, headers, body, signal }));
  });
}
