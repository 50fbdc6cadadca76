import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SOURCES = fileURLToPath(new URL('../../src', import.meta.url));

/** The only files that may open a connection, and which one that is. */
const CONNECTING: Record<string, string> = {
  'main/core/process.ts': 'listens on the private socket',
  'main/host/socketFetch.ts': 'calls the core on its private socket',
  'main/web/serveWeb.ts': 'listens on 127.0.0.1',
  'renderer/state/eventStream.svelte.ts': 'hears the events of its own origin',
};

const NETWORK =
  /from '(?:node:)?(?:http|https|http2|net|tls|dns|dgram|undici|axios|ws)(?:\/[^']*)?'|from '@hono\/node-server'|\b(?:XMLHttpRequest|WebSocket|WebTransport|RTCPeerConnection|sendBeacon|EventSource)\(|\bautoUpdater\b|\bcrashReporter\b|\bopenExternal\b|\bimport\(\s*['"]https?:|\bfetch\(\s*['"`]https?:/;

describe('the sources', () => {
  it('open connections in four files only, and only to this machine', () => {
    const found = listSources(SOURCES).filter((file) => withoutTypes(file).match(NETWORK) !== null);
    expect(found.toSorted()).toEqual(Object.keys(CONNECTING).toSorted());
    expect(readSource('main/web/serveWeb.ts')).toMatch(/server\.listen\(port, '127\.0\.0\.1'/);
    expect(readSource('main/core/process.ts')).toMatch(/server\.listen\(socketPath/);
    expect(readSource('main/host/socketFetch.ts')).toMatch(/openRequest\(\{\s*socketPath:/);
  });

  it('make windows in one place, and hold no markup or code that comes from text', () => {
    const makers = listSources(SOURCES).filter((file) =>
      /new (?:BrowserWindow|WebContentsView)\(/.test(readSource(file)),
    );
    expect(makers).toEqual(['main/electron/window.ts']);
    const dangerous =
      /\{@html|\.innerHTML\b|\.outerHTML\b|insertAdjacentHTML|document\.write|new Function\(|\beval\(/;
    const pages = listSources(SOURCES).filter((file) => /^(?:renderer|page|preload)\//.test(file));
    expect(pages.filter((file) => dangerous.test(readSource(file)))).toEqual([]);
  });

  it('of the shell stay small, and no other file knows Electron', () => {
    const shell = listSources(SOURCES).filter((file) => file.startsWith('main/electron/'));
    const lines = shell.reduce((sum, file) => sum + readSource(file).split('\n').length, 0);
    expect(lines).toBeLessThanOrEqual(500);
    expect(readSource('preload/index.ts').split('\n').length).toBeLessThanOrEqual(40);
    const users = listSources(SOURCES).filter((file) => /from 'electron'/.test(readSource(file)));
    expect(users.filter((file) => !/^(?:main\/electron|preload)\//.test(file))).toEqual([]);
  });
});

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:ts|svelte|js|mjs|html)$/.test(file))
    .map((file) => file.split(path.sep).join('/'));
}

function readSource(file: string): string {
  return readFileSync(path.join(SOURCES, file), 'utf8');
}

/** Types of connections are none. */
function withoutTypes(file: string): string {
  const lines = readSource(file).split('\n');
  return lines.filter((line) => !line.trim().startsWith('import type')).join('\n');
}
