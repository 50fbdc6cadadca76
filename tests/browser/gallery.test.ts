import type { Locator } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../support/chromium.ts';
import { openStudio, type OpenStudio } from '../support/openStudio.ts';
import { StudioPage } from '../support/studioPage.ts';

/** One reader in the gallery of 240 sample images, 60 of each class: each test begins where the one before it ended. */
describe.skipIf(chromiumPath === null)('the gallery', () => {
  let opened: OpenStudio;
  let studio: StudioPage;
  beforeAll(async () => {
    opened = await openStudio();
    studio = new StudioPage(opened.page);
    await studio.trySample();
    await studio.showImages();
  });
  afterAll(() => opened?.close());

  const total = (text: string): Promise<void> =>
    opened.page.getByText(text, { exact: true }).first().waitFor();

  /** The middle of a cell on the screen. */
  async function middle(cell: Locator): Promise<{ x: number; y: number }> {
    const box = (await cell.boundingBox())!;
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  it('selects with a box, what is beside it when inverted, and keeps all that match as a filter', async () => {
    const { page } = opened;
    const [from, to] = [await middle(studio.at(8)), await middle(studio.at(17))];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 6 });
    await page.mouse.up();
    // Two rows of three: places 8 to 10 and 15 to 17.
    expect(await studio.selected()).toBe('6 selected');
    await studio.button('Invert').click();
    expect(await studio.selected()).toBe('234 selected');
    await page.getByText('all that match').waitFor();
    await studio.button('Invert').click();
    expect(await studio.selected()).toBe('6 selected');

    const sent = page.waitForRequest((request) => request.url().endsWith('/api/labels'));
    await studio.button('Select all').click();
    await studio.at(3).click({ modifiers: ['ControlOrMeta'] });
    expect(await studio.selected()).toBe('239 selected');
    await page.keyboard.press('2');
    const body = (await sent).postDataJSON() as { query?: object; exceptIds?: number[]; imageIds?: number[] };
    expect(body).toMatchObject({ query: {}, exceptIds: [expect.any(Number)] });
    expect(body.imageIds).toBeUndefined();
    await studio.waitUntilSaved();
    const classes = page.getByRole('region', { name: 'Classes' });
    await classes.getByRole('button', { name: /lymphocytes 239/ }).waitFor();
    await page.keyboard.press('ControlOrMeta+z');
    await classes.getByRole('button', { name: /lymphocytes 60/ }).waitFor();
  });

  it('keeps the selection through another order, and narrows it with the view', async () => {
    const { page } = opened;
    await studio.at(0).click();
    await studio.at(4).click({ modifiers: ['Shift'] });
    await page.getByRole('combobox', { name: 'Sort' }).selectOption('brightness');
    await expect.poll(() => page.url()).toContain('sort=brightness');
    expect(await studio.selected()).toBe('5 selected');
    await page
      .getByRole('region', { name: 'Classes' })
      .getByRole('button', { name: /^2?\s*lymphocytes/ })
      .click();
    await total('60 images');
    // None of the five is shown any more, so that no key can label one unseen.
    expect(await studio.button('Select none').isDisabled()).toBe(true);
  });

  it('holds the view in the address: Back works, and a reload restores it', async () => {
    const { page } = opened;
    await page.getByRole('combobox', { name: 'Group by' }).selectOption('class');
    const chip = page.getByRole('button', { name: /^Class: lymphocytes 60/ });
    await chip.waitFor();
    await page.reload();
    await chip.waitFor();
    expect(await page.getByRole('combobox', { name: 'Group by' }).inputValue()).toBe('class');
    await page.goBack();
    await expect.poll(() => page.getByRole('combobox', { name: 'Group by' }).inputValue()).toBe('none');
    await chip.click();
    await total('240 images');
  });

  it('groups below headings with counts, whose images can be selected together', async () => {
    const { page } = opened;
    await page.getByRole('combobox', { name: 'Group by' }).selectOption('class');
    await studio.button('Select these').click();
    expect(await studio.selected()).toBe('60 selected');
    await studio.at(0).click();
    await page.keyboard.press('ControlOrMeta+End');
    await expect.poll(() => studio.focusedPlace()).toBe('239');
    await expect.poll(() => studio.describe(239)).toEqual([expect.stringMatching(/in tumour$/)]);
    await page.keyboard.press('ControlOrMeta+Home');
    await page.getByRole('combobox', { name: 'Group by' }).selectOption('none');
  });

  it('narrows by choices that say how many images they show', async () => {
    const { page } = opened;
    const groups = page.locator('details', { hasText: 'Groups' });
    // What a model has just learnt may move the list under the pointer.
    await expect
      .poll(async () => {
        if ((await groups.getAttribute('open')) === null) await groups.locator('summary').click();
        return groups.getByRole('checkbox').count();
      })
      .toBeGreaterThan(1);
    const choice = groups.getByRole('checkbox').first();
    const [, count] = /(\d+)$/.exec((await choice.locator('xpath=..').innerText()).trim()) ?? [];
    await choice.check();
    await total(`${count} images`);
    await studio.button('Show all images').click();
    await total('240 images');
  });

  it('keeps a filter by name, and reaches it and every other action by name on Ctrl+K', async () => {
    const { page } = opened;
    await page.getByRole('searchbox').fill('tumour');
    await total('60 images');
    await page.getByRole('button', { name: 'Saved' }).click();
    await page.getByRole('textbox', { name: 'Name for the present filter' }).fill('All tumour paths');
    await studio.button('Keep').click();
    await page.getByRole('button', { name: 'All tumour paths', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await studio.button('Show all images').click();
    await total('240 images');
    await page.keyboard.press('ControlOrMeta+k');
    await page.keyboard.type('tumour paths');
    await page.keyboard.press('Enter');
    await total('60 images');
    await page.keyboard.press('ControlOrMeta+k');
    const palette = page.getByRole('combobox', { name: 'Name of an action' });
    await palette.fill('show all images');
    await page.keyboard.press('Enter');
    await total('240 images');
    await page.keyboard.press('ControlOrMeta+k');
    await palette.fill('group by folder');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('arrange=root');
  });

  it('shows small pictures with few elements, and the keyboard still finds each of them', async () => {
    const { page } = opened;
    await page.getByRole('combobox', { name: 'Group by' }).selectOption('none');
    await page.setViewportSize({ width: 2560, height: 1440 });
    await page.getByRole('slider', { name: 'Size' }).fill('48');
    // Small pictures have no elements of their own away from the focus; the pointer finds them all the same.
    await studio.grid.click({ position: { x: 30, y: 30 } });
    await page.keyboard.press('ControlOrMeta+Home');
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown']) {
      await page.keyboard.press(key);
    }
    const columns = Number(await studio.grid.getAttribute('aria-colcount'));
    expect(columns).toBeGreaterThan(35);
    await expect.poll(() => studio.focusedPlace()).toBe(String(1 + 4 * columns));
    expect(await page.locator('[role=grid] *').count()).toBeLessThanOrEqual(400);
    await studio.grid.hover();
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    await expect.poll(() => page.getByRole('slider', { name: 'Size' }).inputValue()).not.toBe('48');
    expect(opened.complaints).toEqual([]);
  });
});
