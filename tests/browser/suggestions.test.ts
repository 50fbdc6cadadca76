import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../support/chromium.ts';
import { findFaultsInBothThemes } from '../support/findAccessibilityFaults.ts';
import { openStudio, type OpenStudio } from '../support/openStudio.ts';
import { StudioPage } from '../support/studioPage.ts';

const LONG = { timeout: 60_000 };

describe.skipIf(chromiumPath === null)('what to label next, and which labels to doubt', () => {
  let opened: OpenStudio;
  let studio: StudioPage;
  let page: Page;
  beforeAll(async () => {
    opened = await openStudio();
    page = opened.page;
    studio = new StudioPage(page);
    await studio.trySample();
    // Some of the sample's labels are taken away, so that there is something to label.
    await studio.showImages();
    await studio.at(0).click();
    await studio.at(40).click({ modifiers: ['Shift'] });
    await page.keyboard.press('Backspace');
    await studio.waitUntilSaved();
  });
  afterAll(() => opened?.close());

  const examine = (): Promise<string[]> => findFaultsInBothThemes(page);

  it('suggests images with a reason for each, and labels them one by one in the large view', async () => {
    await studio.link('Suggestions').click();
    await page.getByRole('heading', { name: 'Nothing suggested yet' }).waitFor();
    expect(await examine()).toEqual([]);
    await page.getByLabel('How many').fill('0');
    expect(await studio.button('Suggest').isDisabled()).toBe(true);
    await page.getByLabel('How many').fill('6');
    await studio.button('Suggest').click();
    const heading = page.getByRole('heading', { name: /^[\d,]+ of [\d,]+ images? to label$/ });
    await heading.waitFor(LONG);
    const images = page.getByRole('listitem').filter({ has: page.getByRole('img') });
    for (const words of await images.allInnerTexts()) expect(words.trim().length).toBeGreaterThan(8);
    expect(await examine()).toEqual([]);
    const open = Number(/^[\d,]+/.exec(await heading.innerText())![0]);
    await studio.button('Label one by one').click();
    await page.getByRole('toolbar', { name: 'Review' }).waitFor();
    await page.keyboard.press('1');
    await studio.waitUntilSaved();
    await page.goBack();
    await page.getByRole('heading', { name: new RegExp(`^${open - 1} of |^All .* labelled$`) }).waitFor();
  });

  it('draws random images to measure by, and keeps what was asked as the library’s history', async () => {
    await page.getByRole('button', { name: /^Draw 6 to measure by$/ }).click();
    const history = page.getByRole('region', { name: 'How labelling has gone' });
    await history.getByRole('cell', { name: 'Drawn to measure' }).waitFor(LONG);
    expect(await history.getByRole('cell', { name: 'What suits the labels so far' }).count()).toBe(1);
  });

  it('lists doubted labels with what speaks for each class; a doubt is settled by one press and undone', async () => {
    // A label that is plainly wrong is doubted.
    await studio.showImages();
    await page
      .getByRole('button', { name: /^tumour/i })
      .first()
      .click();
    await studio.at(0).click();
    await page.keyboard.press('2');
    await studio.waitUntilSaved();
    await studio.link('Quality').click();
    await page.getByRole('heading', { name: 'The labels were not checked yet' }).waitFor();
    await studio.button('Check the labels').click();
    const first = page.getByRole('article').first();
    await first.getByRole('button', { name: /^Change to/ }).waitFor(LONG);
    expect(await examine()).toEqual([]);
    const count = await page.getByRole('article').count();
    await first.getByRole('button', { name: /^Change to/ }).click();
    await expect.poll(() => page.getByRole('article').count()).toBe(count - 1);
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => page.getByRole('article').count()).toBe(count);
    await first.getByRole('button', { name: /^Keep/ }).click();
    await expect.poll(() => page.getByRole('article').count()).toBe(count - 1);
    expect(opened.complaints).toEqual([]);
  });
});
