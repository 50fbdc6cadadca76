import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeDesktop, openDesktop, type Desktop } from '../support/desktop.ts';

describe(...describeDesktop('the window, sealed'), () => {
  let desktop: Desktop;
  /** Listens on this machine, so that an attempt that gets through is seen and goes nowhere. */
  let canary: Server;
  let connections = 0;
  let port = 0;

  beforeAll(async () => {
    canary = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    port = (canary.address() as AddressInfo).port;
    desktop = await openDesktop();
    await desktop.page.getByRole('heading', { level: 1 }).waitFor();
  });
  afterAll(async () => {
    await desktop.close();
    canary.close();
  });

  it('would show a connection, were there one', async () => {
    await fetch(`http://127.0.0.1:${port}`).catch(() => undefined);
    expect(connections).toBe(1);
    connections = 0;
  });

  it('goes to no other address, opens no other window and embeds no other page', async () => {
    const { page, app } = desktop;
    await page.evaluate(() => Object.assign(window, { marked: true }));
    const vectors: Record<string, (target: string) => unknown> = {
      assign: (target) => location.assign(target),
      replace: (target) => location.replace(target),
      open: (target) => window.open(target),
      openNamed: (target) => window.open(target, '_self'),
      link: (target) => Object.assign(document.createElement('a'), { href: target }).click(),
      newTabLink: (target) =>
        Object.assign(document.createElement('a'), { href: target, target: '_blank', rel: 'opener' }).click(),
      download: (target) =>
        Object.assign(document.createElement('a'), { href: target, ping: target }).click(),
      form: (target) => {
        const form = Object.assign(document.createElement('form'), { action: target, method: 'post' });
        document.body.append(form);
        form.submit();
      },
      refresh: (target) =>
        document.head.append(
          Object.assign(document.createElement('meta'), { httpEquiv: 'refresh', content: `0;url=${target}` }),
        ),
      frame: (target) =>
        document.body.append(Object.assign(document.createElement('iframe'), { src: target })),
      object: (target) =>
        document.body.append(Object.assign(document.createElement('object'), { data: target })),
      webview: (target) =>
        document.body.append(Object.assign(document.createElement('webview'), { src: target })),
    };
    const targets = [
      `http://127.0.0.1:${port}/`,
      `https://127.0.0.1:${port}/`,
      'file:///etc/passwd',
      'data:text/html,<h1>elsewhere</h1>',
      'fovea://evil/index.html',
      'fovea://app/index.html?other',
    ];
    expect(Object.keys(vectors)).toHaveLength(12);
    for (const [name, vector] of Object.entries(vectors)) {
      for (const target of targets) {
        await page.evaluate(vector, target).catch(() => undefined);
        await page.waitForTimeout(30);
        const state = await page.evaluate(() => [location.href, 'marked' in window]);
        expect([name, target, ...state]).toEqual([name, target, 'fovea://app/index.html', true]);
      }
    }
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    const embedded = page.frames().slice(1);
    expect(embedded.length).toBeGreaterThan(0);
    expect(
      embedded.map((frame) => frame.url()).filter((url) => !/^(?:|about:blank|chrome-error:.*)$/.test(url)),
    ).toEqual([]);
    expect(connections).toBe(0);
  });

  it('sends nothing: sixteen ways of asking another place', async () => {
    const failed = await desktop.page.evaluate(async (at) => {
      const address = `http://127.0.0.1:${at}/`;
      const make = (tag: string, fields: object, parent: Node = document.body): Promise<string> =>
        new Promise((resolve) => {
          const element = Object.assign(document.createElement(tag), fields);
          element.onload = () => resolve(`${tag} loaded`);
          element.onerror = () => resolve('');
          setTimeout(resolve, 500, '');
          parent.appendChild(element);
        });
      const attempt = (act: () => unknown): Promise<string> =>
        Promise.resolve()
          .then(act)
          .then(
            () => `${act} succeeded`,
            () => '',
          );
      const listen = (source: EventSource | WebSocket): Promise<string> =>
        new Promise((resolve) => {
          source.onopen = () => resolve('opened');
          source.onerror = () => resolve('');
        });
      return Promise.all([
        attempt(() => fetch(address)),
        attempt(() => fetch(address, { mode: 'no-cors', method: 'POST', body: 'x', keepalive: true })),
        attempt(() => fetch(`https://127.0.0.1:${at}/`)),
        attempt(
          () =>
            new Promise((resolve, reject) => {
              const request = new XMLHttpRequest();
              request.open('GET', address);
              request.onload = resolve;
              request.onerror = reject;
              request.send();
            }),
        ),
        attempt(() => import(/* @vite-ignore */ `${address}x.js`)),
        attempt(() => new FontFace('x', `url(${address}x.woff2)`).load()),
        listen(new EventSource(address)),
        listen(new WebSocket(`ws://127.0.0.1:${at}/`)),
        make('img', { src: `${address}x.png` }),
        make('script', { src: `${address}x.js` }),
        make('link', { rel: 'stylesheet', href: `${address}x.css` }, document.head),
        make('link', { rel: 'prefetch', href: `${address}y` }, document.head),
        make('link', { rel: 'preconnect', href: address }, document.head),
        make('video', { src: `${address}x.mp4` }),
        attempt(() => navigator.sendBeacon(address, 'x') && Promise.reject(new Error('queued only'))),
        attempt(async () => {
          const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${at}` }] });
          peer.createDataChannel('x');
          await peer.setLocalDescription();
          await new Promise((resolve) => setTimeout(resolve, 500));
          const lines = peer.localDescription?.sdp.match(/a=candidate.*/g) ?? [];
          peer.close();
          if (lines.length === 0) throw new Error('no candidates');
        }),
      ]);
    }, port);
    expect(failed).toHaveLength(16);
    expect(failed.filter((each) => each !== '')).toEqual([]);
    expect(connections).toBe(0);
  });

  it('sends nothing even from behind the page policy', async () => {
    const answers = await desktop.app.evaluate(async ({ session, net }, at) => {
      const address = `http://127.0.0.1:${at}/`;
      const ask = (asked: Promise<unknown>): Promise<string> => asked.then(() => 'answered', String);
      const other = session.fromPartition('another');
      return Promise.all([
        ask(session.defaultSession.fetch(address)),
        ask(net.fetch(address)),
        ask(other.fetch(address)),
        session.defaultSession.resolveProxy(address),
        ask(session.defaultSession.resolveHost('example.com')),
      ]);
    }, port);
    expect(answers[0]).toContain('ERR_BLOCKED_BY_CLIENT');
    expect(answers[1]).toContain('ERR_BLOCKED_BY_CLIENT');
    expect(answers[2]).toContain('ERR_BLOCKED_BY_CLIENT');
    expect(answers[3]).toBe('PROXY 127.0.0.1:9');
    expect(answers[4]).toContain('ERR_NAME_NOT_RESOLVED');
    expect(connections).toBe(0);
  });

  it('has every permission and every device refused', async () => {
    const seen = await desktop.page.evaluate(async () => {
      const attempt = (act: () => Promise<unknown>): Promise<string> =>
        Promise.resolve()
          .then(act)
          .then(
            (value) => (typeof value === 'string' ? value : 'granted'),
            (error: unknown) =>
              error instanceof Error || error instanceof DOMException ? error.name : String(error),
          );
      const names = ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read'];
      const states = await Promise.all(
        names.map((name) =>
          attempt(async () => (await navigator.permissions.query({ name: name as 'camera' })).state),
        ),
      );
      const { usb, hid, serial, bluetooth } = navigator as unknown as Record<
        string,
        { requestDevice?(options: object): Promise<unknown>; requestPort?(): Promise<unknown> } | undefined
      >;
      const devices = await Promise.all([
        attempt(() => navigator.mediaDevices.getUserMedia({ video: true, audio: true })),
        attempt(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
        attempt(
          () => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject)),
        ),
        attempt(() => Notification.requestPermission().then((state) => Promise.reject(new Error(state)))),
        attempt(() => navigator.clipboard.readText()),
        attempt(async () => usb?.requestDevice?.({ filters: [] }) ?? Promise.reject(new Error())),
        attempt(async () => {
          const found = (await hid?.requestDevice?.({ filters: [] })) as unknown[] | undefined;
          if ((found ?? []).length === 0) throw new Error('none');
        }),
        attempt(async () => serial?.requestPort?.() ?? Promise.reject(new Error())),
        attempt(
          async () => bluetooth?.requestDevice?.({ acceptAllDevices: true }) ?? Promise.reject(new Error()),
        ),
      ]);
      return { states, devices };
    });
    expect(seen.states.filter((state) => state !== 'denied')).toEqual([]);
    expect(seen.devices).toHaveLength(9);
    expect(seen.devices.filter((outcome) => outcome === 'granted')).toEqual([]);
  });
});
