import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright';
import './backbones.ts';
import { startCore, type CoreHandle } from '../../src/main/host/startCore.ts';
import { serveWeb } from '../../src/main/web/serveWeb.ts';
import { launchChromium } from './chromium.ts';

export interface OpenStudio {
  readonly page: Page;
  readonly browser: Browser;
  readonly core: CoreHandle;
  /** Of this studio alone: its recent libraries, its sample, and whatever a test writes. */
  readonly folder: string;
  /** What the page complained of: errors and warnings on the console, and failures nobody caught. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** The real core behind the real web host, in Chromium, as `fovea serve` shows it. */
export async function openStudio(): Promise<OpenStudio> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fovea-browser-'));
  const core = await startCore({ restart: true, env: { FOVEA_USER_DATA: folder } });
  const web = await serveWeb({ core, port: 0 });
  const browser = await launchChromium();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(web.address);
  return {
    ...{ page, browser, core, folder, complaints },
    async close() {
      await browser.close();
      await web.close();
      await core.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
