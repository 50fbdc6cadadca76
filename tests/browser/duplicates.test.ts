import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../support/chromium.ts';
import { drawClassFolders, drawPicture, openRaw } from '../support/drawImages.ts';
import { findFaultsInBothThemes } from '../support/findAccessibilityFaults.ts';
import { openStudio, type OpenStudio } from '../support/openStudio.ts';
import { StudioPage } from '../support/studioPage.ts';

const LONG = { timeout: 60_000 };

describe.skipIf(chromiumPath === null)('duplicates', () => {
  let opened: OpenStudio;
  let studio: StudioPage;
  let page: Page;
  beforeAll(async () => {
    opened = await openStudio();
    page = opened.page;
    studio = new StudioPage(page);
    const folder = path.join(opened.folder, 'pictures');
    await drawClassFolders(folder, { Stroma: 4, Tumour: 4 }, 120);
    for (const [place, seed] of [71, 72].entries()) {
      const picture = openRaw(drawPicture(seed, 120, 120, place), 120, 120);
      await mkdir(path.join(folder, 'Stroma'), { recursive: true });
      await writeFile(path.join(folder, 'Stroma', `one ${seed}.png`), await picture.clone().png().toBuffer());
      const small = picture.clone().resize(90, 90).jpeg();
      await writeFile(path.join(folder, 'Tumour', `small ${seed}.jpg`), await small.toBuffer());
    }
    const twice = await openRaw(drawPicture(99, 60, 60, 3), 60, 60)
      .png()
      .toBuffer();
    for (const name of ['Stroma', 'Tumour']) await writeFile(path.join(folder, name, 'twice.png'), twice);
    await studio.importFolder(folder);
  });
  afterAll(() => opened?.close());

  const examine = (): Promise<string[]> => findFaultsInBothThemes(page);

  it('are looked for on demand and shown as stacks, those labelled differently marked', async () => {
    await studio.link('Quality').click();
    await page.getByRole('link', { name: /^Nearly the same/ }).click();
    await page.getByRole('heading', { name: 'Near duplicates were not looked for yet' }).waitFor();
    expect(await examine()).toEqual([]);
    await studio.button('Look for near duplicates').click();
    const stacks = page.getByRole('article');
    await stacks.nth(1).waitFor(LONG);
    expect(await stacks.count()).toBe(2);
    expect(await page.getByText('labelled differently', { exact: true }).count()).toBe(2);
    expect(await examine()).toEqual([]);
    // The slider moves by keys; nothing but the same content is 100 % alike.
    await page.getByRole('slider', { name: 'At least this alike' }).press('End');
    await page.getByText(/^No stack is left at 100 %/).waitFor();
    await page.getByRole('slider', { name: 'At least this alike' }).press('Home');
    await stacks.nth(1).waitFor();
  });

  it('keep the image that is marked, and the decision is taken back by one press', async () => {
    const first = page.getByRole('article').first();
    await first.getByRole('button', { name: /^small 7\d\.jpg/ }).click();
    await first.getByRole('button', { name: 'Keep the marked one' }).click();
    await expect.poll(() => page.getByRole('article').count()).toBe(1);
    await studio.button('Undo').last().click();
    await expect.poll(() => page.getByRole('article').count()).toBe(2);
    await page
      .getByRole('group', { name: 'Decide about all 2 stacks' })
      .getByText('Never split them')
      .click();
    await page.getByText(/^No stack is left/).waitFor();
  });

  it('of one content under two classes are settled by a label', async () => {
    await page.getByRole('link', { name: /^Filed under several classes/ }).click();
    await page.getByRole('heading', { name: '1 to settle' }).waitFor();
    expect(await examine()).toEqual([]);
    await page
      .getByRole('main')
      .getByRole('button', { name: /Tumour/ })
      .click();
    await page.getByRole('heading', { name: 'All are settled' }).waitFor();
    expect(opened.complaints).toEqual([]);
  });
});
