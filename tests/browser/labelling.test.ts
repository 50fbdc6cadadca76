import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../support/chromium.ts';
import { findAccessibilityFaults } from '../support/findAccessibilityFaults.ts';
import { openStudio, type OpenStudio } from '../support/openStudio.ts';
import { StudioPage } from '../support/studioPage.ts';

describe.skipIf(chromiumPath === null)('labelling in the window', () => {
  let opened: OpenStudio;
  let studio: StudioPage;
  beforeAll(async () => {
    opened = await openStudio();
    studio = new StudioPage(opened.page);
    await studio.trySample();
    await studio.showImages();
    await studio.train();
    await studio.showImages();
  });
  afterAll(() => opened?.close());

  const countOf = (name: string): Promise<string> =>
    opened.page
      .getByRole('navigation', { name: 'Library' })
      .getByRole('button', { name })
      .first()
      .innerText();

  it('U goes to the next unlabelled image and Enter accepts what the model says of it', async () => {
    const { page } = opened;
    await studio.at(30).click();
    await page.keyboard.press('Backspace');
    await studio.waitUntilSaved();
    await studio.at(3).click();
    await page.keyboard.press('u');
    await expect.poll(() => studio.focusedPlace()).toBe('30');
    await page.keyboard.press('Enter');
    await studio.waitUntilSaved();
    await expect.poll(() => countOf('Unlabelled')).toMatch(/\b0$/);
    expect((await studio.describe(30))[0]).toMatch(/adipose/);
    // What has the focus is pressed by Enter; nothing is accepted then.
    await page.getByRole('button', { name: 'More…' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
  });

  it('a sample is looked at before the rest is labelled, and one undo takes it back', async () => {
    const { page } = opened;
    await studio.at(2).click();
    await studio.at(20).click({ modifiers: ['Shift'] });
    await page.keyboard.press('Backspace');
    await studio.waitUntilSaved();
    await studio.grid.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Spot-check, then label…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Label them as').selectOption({ label: 'tumour' });
    await dialog.getByLabel(/Look at this many/).fill('12');
    await dialog.getByRole('button', { name: 'Draw the sample' }).last().click();
    await dialog
      .getByRole('button', { name: /: not tumour$/ })
      .nth(4)
      .click();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: /others are right/ }).click();
    await dialog.getByText(/1 of 12 wrong: at most 34 % of these 19 images/).waitFor();
    await dialog.getByRole('button', { name: 'Label all 18' }).click();
    await page.getByText('18 images labelled').waitFor();
    await expect.poll(() => countOf('tumour')).toMatch(/\b78$/);
    await studio.grid.press('ControlOrMeta+z');
    await expect.poll(() => countOf('tumour')).toMatch(/\b60$/);
    await studio.grid.press('ControlOrMeta+z');
    await expect.poll(() => countOf('Unlabelled')).toMatch(/\b0$/);
  });

  it('images dragged onto a class get it', async () => {
    const { page } = opened;
    await studio.at(0).click();
    await studio.at(3).click({ modifiers: ['Shift'] });
    await studio.at(1).dragTo(page.locator('[data-class]', { hasText: 'tumour' }));
    // Under the pointer the pencil takes the place of the count.
    await page.mouse.move(640, 60);
    await expect.poll(() => countOf('tumour')).toMatch(/\b64$/);
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => countOf('tumour')).toMatch(/\b60$/);
  });

  it('classes are merged, moved and brought back', async () => {
    const { page } = opened;
    await page.getByRole('button', { name: 'Change the class stroma' }).press('Enter');
    await page.getByRole('button', { name: 'Merge or delete…' }).click();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.getByLabel('Move the labels to').selectOption({ label: 'tumour' });
    await page.getByRole('button', { name: 'Merge', exact: true }).click();
    await expect.poll(() => countOf('tumour')).toMatch(/\b120$/);
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => countOf('stroma')).toMatch(/\b60$/);
    const names = () =>
      page
        .locator('[data-class] .name')
        .allInnerTexts()
        .then((list) => list.join(' '));
    await page.locator('[data-class]', { hasText: 'tumour' }).press('Alt+ArrowUp');
    await expect.poll(names).toBe('adipose lymphocytes tumour stroma');
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(names).toBe('adipose lymphocytes stroma tumour');
  });

  it('tags are put on all selected images, found again, and no key is stolen from their field', async () => {
    const { page } = opened;
    await studio.at(0).click();
    await studio.at(4).click({ modifiers: ['Shift'] });
    await page.keyboard.press('#');
    await page.getByRole('textbox', { name: 'New tag' }).fill('see 1u again');
    await page.keyboard.press('Enter');
    await page.getByText('“see 1u again” is on 5 images').waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: '5 images', exact: true }).click();
    await page.keyboard.press('Escape');
    await expect.poll(() => studio.cells.count()).toBe(5);
    expect(await countOf('adipose')).toMatch(/\b60$/);
  });
});
