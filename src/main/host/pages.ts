import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** What the window's pages may do: load from here, talk to here, and nothing else. Sent with every page. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "font-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** For what the API answers, should it be shown as a document (a report): no script, no form, no address. */
export const DOCUMENT_POLICY = [
  "default-src 'none'",
  'img-src data:',
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox',
].join('; ');

const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * Serves the built pages of the window from one folder. Whatever the address spells, nothing outside the folder
 * is read, also not through a link; what is not there is a 404 without a body.
 * @param pathname of the address, as URL gives it (still percent-encoded).
 */
export async function servePage(folder: string, method: string, pathname: string): Promise<Response> {
  if (method !== 'GET' && method !== 'HEAD') return answer(405);
  const file = await findPage(folder, pathname);
  const type = file === null ? undefined : CONTENT_TYPES[path.extname(file)];
  if (file === null || type === undefined) return answer(404);
  const bytes = method === 'HEAD' ? null : await readFile(file);
  const isImmutable = pathname.startsWith('/assets/');
  return answer(200, bytes, {
    'content-type': type,
    'content-security-policy': PAGE_POLICY,
    'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
}

/** The file that an address means, or null when there is none inside the folder. */
export async function findPage(folder: string, pathname: string): Promise<string | null> {
  const decoded = decodeOnce(pathname === '/' ? '/index.html' : pathname);
  // A backslash and a colon mean something only on Windows: drives, streams, other machines.
  if (decoded === null || !decoded.startsWith('/') || /[\0\\:]/.test(decoded)) return null;
  try {
    const root = await realpath(folder);
    const file = await realpath(path.join(root, `.${decoded}`));
    const relative = path.relative(root, file);
    if (relative === '' || relative.split(path.sep)[0] === '..' || path.isAbsolute(relative)) return null;
    return (await stat(file)).isFile() ? file : null;
  } catch {
    return null;
  }
}

/** Adds to an answer of the API what every answer to a browser carries; a policy of its own is kept. */
export function secureAnswer(response: Response): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(COMMON_HEADERS)) headers.set(name, value);
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', DOCUMENT_POLICY);
  return new Response(response.body, { status: response.status, headers });
}

function answer(
  status: number,
  body: Uint8Array<ArrayBuffer> | null = null,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(body, { status, headers: { ...COMMON_HEADERS, ...headers } });
}

function decodeOnce(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return null;
  }
}
