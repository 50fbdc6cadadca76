import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../support/chromium.ts';
import { findAccessibilityFaults } from '../support/findAccessibilityFaults.ts';
import { openStudio, type OpenStudio } from '../support/openStudio.ts';
import { StudioPage } from '../support/studioPage.ts';

const LONG = { timeout: 60_000 };

describe.skipIf(chromiumPath === null)('the training screen', () => {
  let opened: OpenStudio;
  let studio: StudioPage;
  beforeAll(async () => {
    opened = await openStudio();
    studio = new StudioPage(opened.page);
    await studio.trySample();
    await opened.page.goto(new URL('/#/models', opened.page.url()).href);
    await opened.page.getByRole('heading', { name: 'No model yet' }).waitFor();
  });
  afterAll(() => opened?.close());

  const recipe = () => opened.page.getByRole('combobox', { name: /^Recipe/ });
  const next = () => opened.page.getByRole('region', { name: 'Next training' });
  const rows = () => opened.page.getByRole('table', { name: /^Models/ }).locator('tbody tr');

  async function examine(): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await opened.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await findAccessibilityFaults(opened.page), colorScheme).toEqual([]);
    }
  }

  it('shows every setting, names what is wrong at its field, and saves recipes by name', async () => {
    const { page } = opened;
    await recipe().selectOption({ label: 'The paper’s head' });
    await page.getByText('All settings').first().click();
    const epochs = next().getByLabel('Epochs', { exact: true });
    await epochs.fill('ten');
    await epochs.blur();
    await page.getByText('Epochs must be a whole number').waitFor();
    expect(await epochs.getAttribute('aria-invalid')).toBe('true');
    expect(await epochs.inputValue()).toBe('ten');
    expect(
      await next()
        .getByRole('button', { name: /^Train/ })
        .isDisabled(),
    ).toBe(true);
    await examine();
    await epochs.fill('3');
    await epochs.blur();
    await page.getByText('Epochs must be a whole number').waitFor({ state: 'detached' });
    await next().getByLabel('Name of the recipe').fill('Three epochs');
    await next().getByRole('button', { name: 'Save', exact: true }).click();
    await next().getByRole('button', { name: 'Train: Three epochs' }).waitFor();
    expect(await recipe().locator('option:checked').innerText()).toBe('Three epochs');
    // The engine that will train stands below, with those that were passed over.
    await next()
      .getByText(/^Engine: (tfjs-node|wasm)/)
      .waitFor(LONG);
  });

  it('trains, queues, orders and cancels; the time is known afterwards', async () => {
    const { page } = opened;
    await next().getByRole('button', { name: 'Train: Three epochs' }).click();
    await page.getByText('accuracy on the test part').waitFor(LONG);
    await page.goto(new URL('/#/models', page.url()).href);
    await page
      .getByText(/^about /)
      .first()
      .waitFor();

    const epochs = next().getByLabel('Epochs', { exact: true });
    if (!(await epochs.isVisible())) await page.getByText('All settings').first().click();
    await epochs.fill('5000');
    await epochs.blur();
    const start = next().getByRole('button', { name: /^(Train|Add to the queue): Three epochs/ });
    await start.click();
    await page.getByText(/epoch \d+ of 5000/).waitFor(LONG);
    const waiting = page.getByRole('region', { name: 'Waiting' }).locator('li');
    for (const seed of ['7', '8']) {
      await next().getByLabel('Seed').fill(seed);
      await start.click();
      await waiting.nth(Number(seed) - 7).waitFor();
    }
    expect(await waiting.count()).toBe(2);
    await page
      .getByText(/ left$/)
      .first()
      .waitFor(LONG);
    await page.getByText('Best so far').waitFor(LONG);
    await examine();
    await waiting
      .last()
      .getByRole('button', { name: /^Earlier/ })
      .click();
    await waiting
      .first()
      .getByRole('button', { name: /^Remove/ })
      .click();
    await waiting.nth(1).waitFor({ state: 'detached' });
    await waiting
      .first()
      .getByRole('button', { name: /^Remove/ })
      .click();
    await waiting.first().waitFor({ state: 'detached' });
    await page.getByRole('main').getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled. No model was made').waitFor();
    expect(await rows().count()).toBe(1);
  });

  it('goes on for more epochs, compares, renames, picks, deletes and brings back', async () => {
    const { page } = opened;
    const openMenu = (name: RegExp) => page.getByRole('button', { name }).click();
    await openMenu(/^What to do with Three/);
    await page.getByRole('menuitem', { name: 'Train for more epochs…' }).click();
    await page.getByRole('dialog').getByRole('spinbutton', { name: 'Epochs' }).fill('2');
    await page.getByRole('button', { name: 'Train on' }).click();
    await page.getByText('accuracy on the test part').waitFor(LONG);
    await page.getByText(/^Goes on from/).waitFor();
    await page.goto(new URL('/#/models', page.url()).href);
    await rows().nth(1).waitFor();

    await openMenu(/^What to do with paper/);
    await page.getByRole('menuitem', { name: 'Name and note…' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Longer');
    await page.getByRole('textbox', { name: 'Note' }).fill('two epochs more');
    await page.getByRole('button', { name: 'Save', exact: true }).last().click();
    await page.getByRole('link', { name: 'Longer' }).waitFor();
    await page.getByText('two epochs more').waitFor();

    await openMenu(/^What to do with Three/);
    await page.getByRole('menuitem', { name: 'Use for predictions' }).click();
    await rows().filter({ hasText: 'Three epochs' }).getByText('in use').waitFor();

    await page.getByRole('checkbox', { name: /^Compare Three/ }).check();
    await page.getByRole('checkbox', { name: 'Compare Longer' }).check();
    const comparison = page.getByRole('region', { name: 'Comparison' });
    await comparison.getByText(/points \[/).waitFor(LONG);
    await comparison.getByText(/McNemar’s exact test: p/).waitFor();
    expect(await comparison.locator('canvas').count()).toBe(2);
    await examine();

    await openMenu(/^What to do with Longer/);
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByText('“Longer” is deleted').waitFor();
    await page.getByText('1 deleted model').waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
    await page.getByRole('link', { name: 'Longer' }).waitFor();
    expect(opened.complaints).toEqual([]);
  });
});
