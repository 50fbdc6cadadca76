import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ReportData } from '../../src/main/core/reports/reportData.ts';
import { writeReport } from '../../src/main/core/reports/writeReport.ts';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { drawReport } from '../support/drawReport.ts';
import { findAccessibilityFaults } from '../support/findAccessibilityFaults.ts';
import { MARKUP_NAMES } from '../support/hostileNames.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

describe.skipIf(chromiumPath === null)('a report in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    if (chromiumPath !== null) browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  async function open(data: ReportData, width = 1000) {
    const folder = await makeTemporaryFolder();
    await writeReport(data, folder);
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('dialog', (dialog) => complaints.push(`dialog ${dialog.message()}`));
    const address = pathToFileURL(path.join(folder, 'report.html')).href;
    page.on('request', (request) => {
      if (request.url() !== address && !request.url().startsWith('data:')) complaints.push(request.url());
    });
    await page.goto(address);
    return { page, complaints };
  }

  it('runs nothing and fetches nothing, whatever things are called', async () => {
    const { page, complaints } = await open(await drawReport(MARKUP_NAMES.slice(0, 24)));
    expect(await page.evaluate(() => 'owned' in window)).toBe(false);
    const shown = await page.locator('bdi').allInnerTexts();
    for (const name of MARKUP_NAMES.slice(0, 24)) expect(shown).toContain(name);
    expect(complaints).toEqual([]);
  });

  it.each([420, 1000])(
    'reads well at %s pixels: accessible, no sideways scrolling, pictures shown',
    async (width) => {
      const { page } = await open(await drawReport(), width);
      expect(await findAccessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      const drawn = await page
        .locator('.mistakes img')
        .evaluateAll((images) => images.every((image) => (image as HTMLImageElement).naturalWidth > 0));
      expect(drawn).toBe(true);
    },
  );

  it('prints on A4', async () => {
    const { page } = await open(await drawReport());
    const pdf = await page.pdf({ preferCSSPageSize: true });
    // A4 in points, as Chromium writes it.
    expect(pdf.toString('latin1')).toMatch(/\/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/);
  });
});
