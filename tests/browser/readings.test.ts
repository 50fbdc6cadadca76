import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../support/chromium.ts';
import { findFaultsInBothThemes } from '../support/findAccessibilityFaults.ts';
import { openStudio, type OpenStudio } from '../support/openStudio.ts';
import { StudioPage } from '../support/studioPage.ts';

describe.skipIf(chromiumPath === null)('a blind second reading', () => {
  let opened: OpenStudio;
  let studio: StudioPage;
  let page: Page;
  beforeAll(async () => {
    opened = await openStudio();
    page = opened.page;
    studio = new StudioPage(page);
    await studio.trySample();
    await studio.showImages();
  });
  afterAll(() => opened?.close());

  const examine = (): Promise<string[]> => findFaultsInBothThemes(page);

  it('is begun from the reader’s menu, and shows neither label nor path', async () => {
    await page.getByRole('button', { name: /^Reader:/ }).click();
    await page.getByRole('menuitem', { name: 'Blind second readings' }).click();
    await page.getByRole('heading', { name: 'No second reading yet' }).waitFor();
    expect(await examine()).toEqual([]);
    await studio.button('Start a second reading').click();
    await page.getByLabel('Name of the second reader').fill('Dr. Two');
    await page.getByLabel('So many, drawn at random').fill('4');
    expect(await examine()).toEqual([]);
    await studio.button('Begin the reading').click();
    await page.getByRole('heading', { name: 'This reading is Dr. Two’s' }).waitFor();
    await page.keyboard.press('1');
    await studio.button('Go on as Dr. Two').click();
    await page.getByRole('img', { name: 'The image to read' }).waitFor();
    await page.getByText('0 of 4 read by Dr. Two').waitFor();
    expect(await page.getByRole('main').innerText()).not.toMatch(/\.png|P0/);
    expect(await examine()).toEqual([]);
  });

  it('is read by class keys, the last answer taken back by Backspace', async () => {
    await page.keyboard.press('1');
    await page.getByText('1 of 4 read').waitFor();
    await page.keyboard.press('Backspace');
    await page.getByText('0 of 4 read').waitFor();
    for (const key of ['1', '2', '1', '2']) await page.keyboard.press(key);
    await page.getByRole('heading', { name: 'All read' }).waitFor();
    expect(await examine()).toEqual([]);
  });

  it('ends in κ, a table, and disagreements that one press settles and undo takes back', async () => {
    await studio.button('See how far the two agree').click();
    const heading = page.getByRole('heading', { name: /^Disagreements: \d to settle|^No disagreement/ });
    await page.getByText(/^Cohen’s κ/).waitFor();
    // Of four images drawn from four classes two were called 1 and two 2: some were called wrong.
    const open = Number(/\d/.exec(await heading.innerText())?.[0]);
    expect(open).toBeGreaterThan(0);
    const table = page.getByRole('table', { name: /How the first labels/ });
    const counts = await table.locator('tbody td').allInnerTexts();
    expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(4);
    expect(await examine()).toEqual([]);

    const first = page
      .getByRole('region', { name: /^Disagreements/ })
      .getByRole('listitem')
      .first();
    await first.getByRole('button', { name: /Dr. Two$/ }).click();
    await page.getByRole('heading', { name: `Disagreements: ${open - 1} to settle` }).waitFor();
    expect(await examine()).toEqual([]);
    await page.keyboard.press('ControlOrMeta+z');
    await page.getByRole('heading', { name: `Disagreements: ${open} to settle` }).waitFor();
    await studio.link('Readings').click();
    await page.getByRole('table', { name: 'Second readings' }).waitFor();
    expect(await examine()).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });
});
