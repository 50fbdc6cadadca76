import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../support/chromium.ts';
import { findFaultsInBothThemes } from '../support/findAccessibilityFaults.ts';
import { openStudio, type OpenStudio } from '../support/openStudio.ts';
import { StudioPage } from '../support/studioPage.ts';

const LONG = { timeout: 90_000 };

describe.skipIf(chromiumPath === null)('the map', () => {
  let opened: OpenStudio;
  let studio: StudioPage;
  let page: Page;
  beforeAll(async () => {
    opened = await openStudio();
    page = opened.page;
    studio = new StudioPage(page);
    await studio.trySample();
  });
  afterAll(() => opened?.close());

  const surface = () => page.getByRole('application', { name: /^Map of/ });
  const selected = async (): Promise<number> =>
    Number(
      /(\d[\d,]*) selected/.exec((await surface().getAttribute('aria-label')) ?? '')?.[1]?.replace(',', ''),
    );

  const examine = (): Promise<string[]> => findFaultsInBothThemes(page);

  it('is made by one press, drawn without a GPU, and found in clusters with their figures', async () => {
    await studio.link('Map').click();
    await page.getByRole('heading', { name: 'No map yet' }).waitFor();
    expect(await examine()).toEqual([]);
    await studio.button('Make a map').click();
    await page.getByRole('heading', { name: /^\d+ clusters?$/ }).waitFor(LONG);
    expect(await surface().getAttribute('data-engine')).toBe('canvas');
    // The points are really painted: the canvas is not of one colour.
    const colours = await page.locator('canvas.points').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    });
    expect(colours).toBeGreaterThan(4);
    await page.getByText('How good this map is').click();
    await page.getByText(/say nothing; clusters are therefore checked/).waitFor();
    expect(await examine()).toEqual([]);
  });

  it('shares its selection with the gallery: a cluster by the keyboard, a lasso by the pointer', async () => {
    const cards = page.getByRole('article').getByRole('button', { pressed: false });
    await cards.first().focus();
    await page.keyboard.press('Enter');
    const ofCluster = await selected();
    expect(ofCluster).toBeGreaterThan(5);
    await studio.link('Images').click();
    await page.locator('p.selected', { hasText: String(ofCluster) }).waitFor();
    await studio.link('Map').click();
    await surface().waitFor();
    expect(await selected()).toBe(ofCluster);
    // A box around everything selects everything.
    await studio.button('Show all of the map').click();
    await studio.button('Box').click();
    const { x, y, width, height } = (await surface().boundingBox())!;
    await page.mouse.move(x + 4, y + 4);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.move(x + width - 4, y + height - 4);
    await page.mouse.up();
    const all = await selected();
    expect(all).toBeGreaterThan(ofCluster);
    expect(await page.locator('.total').innerText()).toContain(String(all));
    await studio.button('Move the map').click();
  });

  it('shares its filter with the gallery: the legend narrows both, and a lasso takes only what is seen', async () => {
    const legend = page.getByRole('region', { name: 'Legend' });
    await legend.getByRole('button', { name: /^stroma/ }).click();
    await page.getByRole('button', { name: /^Class: stroma/ }).waitFor();
    await expect.poll(() => page.locator('.total').innerText()).not.toContain('240');
    const count = Number(/\d+/.exec(await page.locator('.total').innerText())?.[0]);
    await studio.button('Select none').click();
    await studio.button('Lasso (or Shift and drag): adds with Shift, takes away with Alt').click();
    const { x, y, width, height } = (await surface().boundingBox())!;
    await page.mouse.move(x + 5, y + 5);
    await page.mouse.down();
    for (const [across, down] of [
      [1, 0],
      [1, 1],
      [0, 1],
      [0, 0.05],
    ] as const) {
      // prettier-ignore
      await page.mouse.move(x + 5 + across * (width - 10), y + 5 + down * (height - 10), { steps: 4 });
    }
    await page.mouse.up();
    expect(await selected()).toBe(count);
    // The class key labels the selection from here, too; undo takes it back.
    await surface().focus();
    await page.keyboard.press('1');
    await page.getByText('All labels saved').waitFor();
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(async () => page.locator('.total').innerText()).toContain(String(count));
    await page.getByRole('button', { name: /^Class: stroma/ }).click();
    await studio.button('Move the map').click();
  });

  it('moves and zooms by keys, colours by what is asked, and stands as a table for those who do not see it', async () => {
    const drawn = () =>
      page.locator('canvas.points').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL().length);
    const before = await drawn();
    await surface().focus();
    for (const key of ['+', '+', 'ArrowLeft']) await page.keyboard.press(key);
    await expect.poll(drawn).not.toBe(before);
    await page.getByLabel('Colour by').selectOption('sharpness');
    await page.keyboard.press('Home');
    await expect
      .poll(async () => page.getByRole('region', { name: 'Legend' }).locator('.scale').count())
      .toBe(1);
    await studio.button('Show as a table').click();
    const row = page.getByRole('row').nth(1);
    await row.getByRole('button', { name: 'Select 1' }).click();
    expect(await selected()).toBeGreaterThan(5);
    expect(await examine()).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });
});
