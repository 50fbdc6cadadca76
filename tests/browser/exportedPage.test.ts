import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Browser, Page } from 'playwright';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { exportWeb } from '../../src/main/core/exports/exportWeb.ts';
import type { WebExport } from '../../src/main/core/exports/exportWeb.ts';
import { buildPage } from '../../scripts/buildPage.mjs';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { drawBackbone } from '../support/drawBackbone.ts';
import { drawCardFor, drawPictures, prepareExport } from '../support/drawExport.ts';
import { drawTile } from '../support/drawReport.ts';
import { findAccessibilityFaults } from '../support/findAccessibilityFaults.ts';
import { MARKUP_NAMES } from '../support/hostileNames.ts';
import { serveFolder } from '../support/serveFolder.ts';
import { sharedModels } from '../support/shared.ts';

/** Hostile names of classes and of the model: they must be text on the page. */
const NAMES = ['plain', ...MARKUP_NAMES.slice(0, 5), '=1+1'];
const SIDE = 96;

let folder = '';
let pictures: string[] = [];
let browser: Browser;

beforeAll(async () => {
  if (chromiumPath === null) return;
  folder = path.join(os.tmpdir(), `fovea-page-${process.pid}`);
  await mkdir(folder, { recursive: true });
  [browser, pictures] = await Promise.all([
    launchChromium(),
    drawPictures(folder),
    buildPage(path.join(folder, 'page')),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/** An opened page of an export, with everything that went wrong or elsewhere. */
interface Opened {
  readonly page: Page;
  readonly complaints: string[];
}

async function open(input: WebExport, colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
  const { url, close } = await serveFolder(input.outDir);
  const context = await browser.newContext({ colorScheme });
  const page = await context.newPage();
  onTestFinished(async () => {
    await context.close();
    await close();
  });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(`dialog ${dialog.message()}`));
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(url) && !address.startsWith('blob:')) complaints.push(`request ${address}`);
  });
  await page.goto(url);
  await page.locator('body[data-ready]').waitFor();
  return { page, complaints };
}

async function exportDrawn(name: string): Promise<WebExport> {
  const work = path.join(folder, name);
  const backbone = path.join(work, 'backbone');
  await drawBackbone(backbone, SIDE, 'two files');
  const card = drawCardFor(NAMES, SIDE, MARKUP_NAMES[3]);
  const input = await prepareExport(work, backbone, card, pictures, path.join(folder, 'page'));
  await exportWeb(input);
  return input;
}

async function checkParity(
  page: Page,
): Promise<{ maxDifference: number; sameTop: string | null; state: string | null }> {
  await page.getByRole('button', { name: 'Check against the studio' }).click();
  const panel = page.locator('#parity');
  await page.locator('#parity[data-state=passed], #parity[data-state=failed]').waitFor();
  return {
    maxDifference: Number(await panel.getAttribute('data-max-difference')),
    sameTop: await panel.getAttribute('data-same-top'),
    state: await panel.getAttribute('data-state'),
  };
}

async function waitForResults(page: Page, count: number): Promise<void> {
  await page.locator(`#results[data-done="${count}"]`).waitFor();
}

async function downloadRows(page: Page): Promise<Record<string, string>[]> {
  const started = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download CSV' }).click();
  const file = await (await started).path();
  return parse(await readFile(file), { bom: true, columns: true });
}

describe.skipIf(chromiumPath === null)('the exported page', () => {
  let input: WebExport;
  beforeAll(async () => {
    if (chromiumPath !== null) input = await exportDrawn('drawn');
  });

  it('agrees with the studio on its parity set and asks nobody but its own server', async () => {
    const { page, complaints } = await open(input);
    const { maxDifference, sameTop, state } = await checkParity(page);
    expect(maxDifference).toBeLessThanOrEqual(1e-3);
    expect({ sameTop, state }).toEqual({ sameTop: '20', state: 'passed' });
    expect(await page.locator('body').getAttribute('data-ready')).toBe('WebAssembly');
    expect(complaints).toEqual([]);
  });

  it('says so when it does not agree', async () => {
    const file = path.join(input.outDir, 'parity', 'parity.json');
    const whole = await readFile(file, 'utf8');
    const set = JSON.parse(whole) as { images: { probabilities: number[] }[] };
    set.images[0]?.probabilities.reverse();
    await writeFile(file, JSON.stringify(set));
    onTestFinished(() => writeFile(file, whole));
    const { page } = await open(input);
    expect(await checkParity(page)).toMatchObject({ sameTop: '19', state: 'failed' });
  });

  it('classifies chosen pictures, says which it cannot read, and saves a safe table', async () => {
    const upright = path.join(folder, 'upright.png');
    const turned = path.join(folder, '=turned.jpg');
    const tiff = path.join(folder, 'slide.png');
    const text = path.join(folder, 'note.jpg');
    const tile = sharp(await drawTile(9)).extract({ left: 0, top: 0, width: 150, height: 90 });
    await writeFile(upright, await tile.clone().png().toBuffer());
    const lying = await sharp(await tile.clone().png().toBuffer())
      .rotate(-90)
      .png()
      .toBuffer();
    await writeFile(
      turned,
      await sharp(lying)
        .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
        .withMetadata({ orientation: 6 })
        .toBuffer(),
    );
    await writeFile(tiff, await tile.clone().tiff().toBuffer());
    await writeFile(text, 'not a picture');
    const { page, complaints } = await open(input);
    await page.locator('#files').setInputFiles([upright, turned, tiff, text]);
    await waitForResults(page, 4);
    const rows = await downloadRows(page);
    expect(rows.map((row) => row['path'])).toEqual(['upright.png', "'=turned.jpg", 'slide.png', 'note.jpg']);
    expect(rows.map((row) => row['problem'])).toEqual([
      '',
      '',
      expect.stringContaining('cannot read TIFF'),
      expect.stringContaining('not a picture'),
    ]);
    const shares = rows.slice(0, 2).map((row) => NAMES.map((name) => Number(row[`probability ${name}`])));
    shares[0]!.forEach((share, index) => expect(Math.abs(share - shares[1]![index]!)).toBeLessThan(0.03));
    expect(shares[0]!.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
    await expect.poll(() => page.locator('#cards img').count()).toBe(2);
    expect(complaints).toEqual([]);
  });

  it('takes dropped pictures and whole folders, and forgets them when asked', async () => {
    const { page } = await open(input);
    const picture = (await readFile(pictures[0]!)).toString('base64');
    const transfer = await page.evaluateHandle((data) => {
      const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
      const dropped = new DataTransfer();
      dropped.items.add(new File([bytes], 'dropped.jpg', { type: 'image/jpeg' }));
      return dropped;
    }, picture);
    await page.dispatchEvent('#drop', 'drop', { dataTransfer: transfer });
    await waitForResults(page, 1);
    const slides = path.join(folder, 'slides', 'case 1');
    await mkdir(slides, { recursive: true });
    await writeFile(path.join(slides, 'a.png'), await readFile(pictures[1]!));
    await writeFile(path.join(slides, '.DS_Store'), 'litter');
    await page.locator('#folder').setInputFiles(path.join(folder, 'slides'));
    await waitForResults(page, 2);
    await page.getByRole('button', { name: 'Table' }).click();
    expect(await page.locator('#rows th').allInnerTexts()).toEqual(['dropped.jpg', 'slides/case 1/a.png']);
    await page.getByRole('button', { name: 'Clear' }).click();
    expect(await page.locator('#results').isVisible()).toBe(false);
  });

  it.each(['light', 'dark'] as const)('can be read and used by everybody (%s)', async (scheme) => {
    const { page } = await open(input, scheme);
    await page.locator('#files').setInputFiles([pictures[0]!, pictures[1]!]);
    await waitForResults(page, 2);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('choose-files');
  });

  it('shows names as text', async () => {
    const { page, complaints } = await open(input);
    expect(await page.locator('h1').innerText()).toBe(MARKUP_NAMES[3]);
    expect(await page.locator('#classes li').allInnerTexts()).toEqual(NAMES);
    await page.locator('#files').setInputFiles(pictures[0]!);
    await waitForResults(page, 1);
    expect(await page.evaluate(() => 'owned' in window)).toBe(false);
    expect(complaints).toEqual([]);
  });

  it.skipIf(sharedModels === null)('agrees with the studio for a real backbone too', async () => {
    const work = path.join(folder, 'real');
    await mkdir(work);
    const backbone = path.join(sharedModels!, 'mobilenet_v2_1.0_224');
    const card = drawCardFor(['a', 'b', 'c'], 160);
    const real = await prepareExport(work, backbone, card, pictures, path.join(folder, 'page'));
    const { parity } = await exportWeb(real);
    expect(parity.sameTop).toBe(20);
    const { page, complaints } = await open(real);
    const { maxDifference, sameTop } = await checkParity(page);
    expect(maxDifference).toBeLessThanOrEqual(1e-3);
    expect(sameTop).toBe('20');
    expect(complaints).toEqual([]);
  });
});
