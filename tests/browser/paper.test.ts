import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../support/chromium.ts';
import { findAccessibilityFaults } from '../support/findAccessibilityFaults.ts';
import { openStudio, type OpenStudio } from '../support/openStudio.ts';
import { StudioPage } from '../support/studioPage.ts';

const LONG = { timeout: 60_000 };

describe.skipIf(chromiumPath === null)('the page of the paper’s comparison', () => {
  let opened: OpenStudio;
  beforeAll(async () => {
    opened = await openStudio();
    await new StudioPage(opened.page).trySample();
    await opened.page.goto(new URL('/#/models', opened.page.url()).href);
    await opened.page.getByRole('link', { name: 'The paper’s comparison' }).click();
    await opened.page.getByRole('heading', { name: 'The paper’s comparison' }).waitFor();
  });
  afterAll(() => opened?.close());

  it('refuses what cannot be run, starts, says how far it is, and is cancelled', async () => {
    const { page } = opened;
    const start = page.getByRole('button', { name: 'Start', exact: true });
    await page.getByLabel('Epochs of Simple_CNN').fill('51');
    expect(await start.isDisabled()).toBe(true);
    await page.getByLabel('Epochs of Simple_CNN').fill('1');
    await page.getByLabel('Seeds of the heads').fill('1');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await findAccessibilityFaults(page), colorScheme).toEqual([]);
    }
    await start.click();
    await page.getByRole('progressbar', { name: 'The paper’s comparison' }).first().waitFor(LONG);
    await page.getByRole('main').getByRole('button', { name: 'Cancel' }).click();
    await start.waitFor(LONG);
  });
});
