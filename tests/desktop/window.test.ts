import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE_POLICY } from '../../src/main/host/pages.ts';
import { describeDesktop, openDesktop, type Desktop } from '../support/desktop.ts';
import { spellEscapes } from '../support/escapes.ts';

describe(...describeDesktop('the window'), () => {
  let desktop: Desktop;
  beforeAll(async () => {
    desktop = await openDesktop();
  });
  afterAll(() => desktop.close());

  it('shows the studio under the strict policy, without one violation of it', async () => {
    const { page } = desktop;
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(page.url()).toBe('fovea://app/index.html');
    expect(await page.title()).toContain('Fovea Studio');
    const policy = await page.evaluate(async () => {
      const answer = await fetch('/');
      return answer.headers.get('content-security-policy');
    });
    expect(policy).toBe(PAGE_POLICY);
    expect(complaints).toEqual([]);
  });

  it('gives the page no more than the bridge: no Node, no Electron, no token', async () => {
    const seen = await desktop.page.evaluate(() => ({
      names: [
        'require',
        'process',
        'module',
        'Buffer',
        'global',
        'electron',
        'ipcRenderer',
        '__dirname',
      ].filter((name) => name in window),
      bridge: Object.entries(window.fovea ?? {}).map(([name, value]) => `${name}:${typeof value}`),
      isFrozen: window.fovea !== undefined && !Reflect.set(window.fovea, 'host', 'other'),
    }));
    expect(seen.names).toEqual([]);
    expect(seen.isFrozen).toBe(true);
    expect(seen.bridge.toSorted()).toEqual([
      'chooseFolder:function',
      'chooseSaveFolder:function',
      'chooseTable:function',
      'host:string',
      'initialFolder:function',
      'onCommand:function',
      'pathOfDropped:function',
      'revealFile:function',
    ]);
    const preferences = await desktop.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      return contents.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
  });

  it('reaches the core through its own origin: answers, bodies, errors and streams', async () => {
    const seen = await desktop.page.evaluate(async () => {
      const health = (await (await fetch('/api/health')).json()) as { ok: boolean };
      const posted = await fetch('/api/library/open', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ path: 'not/absolute' }),
      });
      const problem = (await posted.json()) as { code: string };
      const event = await new Promise<string>((resolve) => {
        const source = new EventSource('/api/events');
        source.onmessage = (message: MessageEvent<string>) => {
          source.close();
          resolve(message.data);
        };
      });
      return { health, status: posted.status, code: problem.code, event };
    });
    expect(seen).toMatchObject({ health: { ok: true }, status: 422, code: 'invalid' });
    expect(JSON.parse(seen.event)).toMatchObject({ type: 'library.changed' });
  });

  it('serves nothing but its pages, whatever an address spells', async () => {
    const spellings = spellEscapes('main/index.js');
    const answers = await desktop.page.evaluate(async (paths) => {
      const ask = async (address: string): Promise<number> =>
        fetch(address).then(
          (answer) => answer.status,
          () => 0,
        );
      return Promise.all(
        paths.flatMap((each) => [ask(each), ask(`fovea://app${each}`), ask(`fovea://evil${each}`)]),
      );
    }, spellings);
    expect(answers).toHaveLength(180);
    expect(new Set(answers.filter((status) => ![0, 403, 404].includes(status)))).toEqual(new Set());
  });

  it('refuses what is no title and no local path, and every page but its own', async () => {
    const answers = await desktop.page.evaluate(async () => {
      const bridge = window.fovea as unknown as Record<string, (payload: unknown) => Promise<unknown>>;
      const send = (name: string, payload: unknown): Promise<unknown> =>
        bridge[name]!(payload).then(
          (value) => value,
          (error: unknown) => String(error),
        );
      return Promise.all([
        send('chooseFolder', { title: 1 }),
        send('chooseFolder', ''),
        send('chooseSaveFolder', 'x'.repeat(5000)),
        send('chooseTable', ''),
        send('revealFile', ['/etc']),
        send('revealFile', '//server/share'),
        send('revealFile', 'relative.txt'),
        send('revealFile', '/surely/not/there'),
      ]);
    });
    expect(answers.slice(0, 7).every((answer) => String(answer).includes('TypeError'))).toBe(true);
    expect(answers[7]).toBe(false);

    const stranger = await desktop.app.evaluate(async ({ app, BrowserWindow }) => {
      const preload = `${app.getAppPath()}/out/preload/index.cjs`;
      const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
      await other.loadURL('data:text/html,stranger');
      const said = (await other.webContents.executeJavaScript(
        'window.fovea.initialFolder().then(() => "answered", String)',
      )) as string;
      other.destroy();
      return said;
    });
    expect(stranger).toContain('Only the page of the studio is answered');
  });
});
