import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findAppRoot } from '../../src/main/host/appRoot.ts';
import { startCore } from '../../src/main/host/startCore.ts';
import { serveWeb } from '../../src/main/web/serveWeb.ts';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

const isBuilt = existsSync(path.join(findAppRoot(), 'out', 'renderer', 'index.html'));

describe.skipIf(chromiumPath === null || !isBuilt)('the studio in a browser', () => {
  it('opens by its address alone, forgets the token, and another page on this machine gets nothing', async () => {
    const core = await startCore({ restart: false, env: { FOVEA_USER_DATA: await makeTemporaryFolder() } });
    onTestFinished(() => core.close());
    const asked: string[] = [];
    const web = await serveWeb({
      port: 0,
      core: {
        fetch: (input, init) => {
          asked.push(String(input));
          return core.fetch(input, init);
        },
      },
    });
    onTestFinished(() => web.close());
    const browser = await launchChromium();
    onTestFinished(() => browser.close());
    const context = await browser.newContext();
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));

    await page.goto(web.address);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const own = `http://127.0.0.1:${web.port}`;
    expect(page.url()).not.toContain('token');
    expect(await page.evaluate(() => document.cookie)).toBe('');
    expect(await page.evaluate(async () => (await fetch('/api/health')).status)).toBe(200);
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(complaints).toEqual([]);

    // Same site for the browser (ports do not count), so the cookie is sent; the host must tell it apart.
    const other = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('other'),
    );
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const stranger = await context.newPage();
    await stranger.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    await page.close();
    asked.length = 0;
    const got = await stranger.evaluate(async (address) => {
      const answers = await Promise.allSettled([
        fetch(`${address}/api/health`),
        fetch(`${address}/api/health`, { credentials: 'include' }),
        fetch(`${address}/api/library/close`, { method: 'POST', mode: 'no-cors', credentials: 'include' }),
        new Promise((resolve, reject) => {
          const element = Object.assign(document.createElement('script'), { src: `${address}/api/health` });
          element.onload = resolve;
          element.onerror = reject;
          document.body.append(element);
        }),
      ]);
      return answers.map((each) => each.status);
    }, own);
    expect(got).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
    // Refused before the core: also the request whose answer the stranger could not have read did nothing.
    expect(asked).toEqual([]);
  });
});
