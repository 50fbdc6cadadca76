import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../support/chromium.ts';
import { findAccessibilityFaults } from '../support/findAccessibilityFaults.ts';
import { openStudio, type OpenStudio } from '../support/openStudio.ts';
import { StudioPage } from '../support/studioPage.ts';

const THEMES = ['light', 'dark'] as const;

describe.skipIf(chromiumPath === null)('every view of the studio', () => {
  let opened: OpenStudio;
  let studio: StudioPage;
  beforeAll(async () => {
    opened = await openStudio();
    studio = new StudioPage(opened.page);
  });
  afterAll(() => opened?.close());

  /** Faults of the present view in both themes. */
  async function examine(): Promise<string[]> {
    const faults: string[] = [];
    for (const colorScheme of THEMES) {
      await opened.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const found = await findAccessibilityFaults(opened.page);
      faults.push(...found.map((fault) => `${colorScheme}: ${fault}`));
    }
    return faults;
  }

  /** Opens something over the view, examines both, and closes it again. */
  async function examineOver(open: () => Promise<void>, role: 'dialog' | 'menu'): Promise<string[]> {
    await open();
    const over = opened.page.getByRole(role);
    await over.waitFor();
    const faults = await examine();
    await opened.page.keyboard.press('Escape');
    await over.waitFor({ state: 'detached' });
    return faults;
  }

  it('has no fault that axe finds before a library is open', async () => {
    const { page } = opened;
    await page.getByRole('heading', { name: 'Fovea Studio' }).waitFor();
    expect(await examine()).toEqual([]);
    const openLibrary = page.getByRole('button', { name: /^Open a library/ });
    expect(await examineOver(() => openLibrary.click(), 'dialog')).toEqual([]);
    const begin = page.getByRole('button', { name: /^New from a folder/ });
    expect(await examineOver(() => begin.click(), 'dialog')).toEqual([]);
  });

  it('has none while a job runs and when it is done', async () => {
    const { page } = opened;
    await page.getByRole('button', { name: /Try with sample images/ }).click();
    await page.getByRole('progressbar').first().waitFor();
    expect(await examine()).toEqual([]);
    await studio.link('Look at the images').waitFor({ timeout: 90_000 });
    expect(await examine()).toEqual([]);
    await studio.link('Models').click();
    await page.getByRole('heading', { name: 'No model yet' }).waitFor();
    expect(await examine()).toEqual([]);
  });

  it('has none in what opens over a view', async () => {
    const { page } = opened;
    expect(await examineOver(() => page.keyboard.press('?'), 'dialog')).toEqual([]);
    expect(await examineOver(() => page.keyboard.press('ControlOrMeta+k'), 'dialog')).toEqual([]);
    expect(await examineOver(() => page.keyboard.press('ControlOrMeta+i'), 'dialog')).toEqual([]);
    expect(await examineOver(() => studio.button('New class').click(), 'dialog')).toEqual([]);
    expect(await examineOver(() => studio.button('Choose the recipe').click(), 'dialog')).toEqual([]);
    expect(await examineOver(() => studio.button('Sample tissue').click(), 'menu')).toEqual([]);
  });

  it('has none in the gallery, with images selected, inspected and filtered', async () => {
    const { page } = opened;
    await studio.showImages();
    await studio.at(3).dblclick();
    await page.getByRole('heading', { name: 'Label history' }).waitFor();
    await studio.at(5).click({ modifiers: ['Shift'] });
    expect(await examine()).toEqual([]);
    await page.getByRole('checkbox', { name: /Has duplicates/ }).check();
    await page.getByRole('heading', { name: 'No image fits these filters' }).waitFor();
    expect(await examine()).toEqual([]);
    await studio.button('Show all images').first().click();
  });

  it('has none on the result of a training and what is made of it', async () => {
    const { page } = opened;
    await studio.train();
    await page.getByRole('button', { name: /of 12 stroma called stroma/ }).click();
    await page.getByRole('region', { name: 'Images of this cell' }).locator('img').first().waitFor();
    expect(await examine()).toEqual([]);
    await page.getByRole('switch', { name: 'Show what spoke for the wrong class' }).check();
    await page.locator('img.over').first().waitFor();
    await studio.makeReport();
    expect(await examine()).toEqual([]);
    await studio.link('Read the report').click();
    await page.frameLocator('iframe').getByRole('heading', { level: 1 }).waitFor();
    // The report in its frame is examined by its own test; axe cannot run where scripts cannot.
    await page.locator('iframe').evaluate((frame) => frame.remove());
    expect(await examine()).toEqual([]);
    await studio.showImages();
    await studio.at(2).dblclick();
    await page.getByRole('switch', { name: 'Show what mattered to the model' }).check();
    await page.getByRole('img', { name: /^Places that spoke for/ }).waitFor();
    await page.getByText('as coarse as the network').waitFor();
    expect(await examine()).toEqual([]);
    await page.getByRole('button', { name: /^Validation/ }).click();
    await page.getByRole('switch', { name: 'Learn while labelling' }).waitFor();
    expect(await examine()).toEqual([]);
    await page.keyboard.press('Escape');
    await studio.link('Models 1').click();
    await page.getByRole('table', { name: /Models/ }).waitFor();
    expect(await examine()).toEqual([]);
    await page.goto(new URL('/#/doctor', page.url()).href);
    await page.getByRole('heading', { name: 'Backbones' }).waitFor({ timeout: 60_000 });
    expect(await examine()).toEqual([]);
  });

  it('can be used at 200 % zoom: nothing runs out of the window sideways', async () => {
    const { page } = opened;
    await page.setViewportSize({ width: 640, height: 400 });
    for (const view of ['/#/images', '/#/review', '/#/readings', '/#/models', '/#/doctor']) {
      await page.goto(new URL(view, page.url()).href);
      await page.getByRole('main').waitFor();
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, view).toBeLessThanOrEqual(0);
      expect(await studio.button('Train').isVisible(), view).toBe(true);
    }
    await studio.showImages();
    expect(await studio.cells.count()).toBeGreaterThan(1);
  });
});
