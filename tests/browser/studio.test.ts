import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../support/chromium.ts';
import { openStudio, type OpenStudio } from '../support/openStudio.ts';
import { StudioPage } from '../support/studioPage.ts';

/** One reader's session from the welcome screen on: each test begins where the one before it ended. */
describe.skipIf(chromiumPath === null)('the studio in a browser', () => {
  let opened: OpenStudio;
  let studio: StudioPage;
  beforeAll(async () => {
    opened = await openStudio();
    studio = new StudioPage(opened.page);
  });
  afterAll(() => opened?.close());

  it('leads a newcomer from the welcome screen to a gallery of sample images', async () => {
    const { page } = opened;
    await page.getByRole('heading', { name: 'Fovea Studio' }).waitFor();
    await studio.trySample();
    const summary = await page.getByRole('definition').allInnerTexts();
    expect(summary.slice(0, 4)).toEqual(['240', '240', '0', '0']);
    await studio.link('Look at the images').click();
    await studio.cells.first().waitFor();
    await expect.poll(() => studio.paintedRows(), { timeout: 15_000 }).toBeGreaterThan(3);
    const classes = page.getByRole('region', { name: 'Classes' });
    expect(await classes.getByRole('button', { name: /60$/ }).count()).toBe(4);
  });

  it('trains with one click and says in words how sure the result is', async () => {
    const { page } = opened;
    await studio.train();
    await page.getByText(/On new images of the same kind, expect between \d/).waitFor();
    await page.getByText('No group and no picture stands in two parts.').waitFor();
    const rows = page.getByRole('table', { name: /Results per class/ }).locator('tbody tr');
    expect(await rows.count()).toBe(4);
    expect(await rows.first().innerText()).toMatch(/\d+\/12/);
  });

  it('shows the images behind a cell of the confusion matrix, there and in the gallery', async () => {
    const { page } = opened;
    const cell = page.getByRole('button', { name: /of 12 tumour called tumour/ });
    const count = Number(await cell.innerText());
    await cell.click();
    const strip = page.getByRole('region', { name: 'Images of this cell' });
    await expect.poll(() => strip.getByRole('button', { name: /^Open .*\.png/ }).count()).toBe(count);
    await strip.getByRole('button', { name: 'Open in the gallery' }).click();
    await expect.poll(() => studio.cells.count()).toBe(count);
    expect(await page.getByRole('button', { name: /^Model says: tumour/ }).count()).toBe(1);
    await page.goBack();
    await page.getByText('accuracy on the test part').waitFor();
  });

  it('selects by mouse and keys, with one tab stop that the arrows move', async () => {
    const { page } = opened;
    await studio.showImages();
    await studio.at(1).click();
    await studio.at(4).click({ modifiers: ['Shift'] });
    await studio.at(6).click({ modifiers: ['ControlOrMeta'] });
    expect(await studio.selected()).toBe('5 selected');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    expect(await studio.focusedPlace()).toBe(String(7 + 7));
    expect(await studio.selected()).toBe('8 selected');
    await page.keyboard.press('ControlOrMeta+End');
    expect(await studio.focusedPlace()).toBe('239');
    expect(await page.locator('[role=gridcell][tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('ControlOrMeta+a');
    expect(await studio.selected()).toBe('240 selected');
    await page.keyboard.press('ControlOrMeta+Home');
  });

  it('labels with a key, undoes across a reload, and leaves the keys to a text field', async () => {
    const { page } = opened;
    await studio.at(0).click();
    await studio.at(2).click({ modifiers: ['Shift'] });
    await page.keyboard.press('3');
    const stroma = [/, stroma/, /, stroma/, /, stroma/].map((text) => expect.stringMatching(text));
    await expect.poll(() => studio.describe(0, 1, 2)).toEqual(stroma);
    await studio.waitUntilSaved();
    await page.reload();
    await studio.cells.first().waitFor();
    await expect.poll(() => studio.describe(0, 1, 2)).toEqual(stroma);

    const search = page.getByRole('searchbox');
    await search.fill('3');
    await search.press('Backspace');
    await page.getByText('240 images', { exact: true }).waitFor();
    await studio.at(0).click();
    await page.keyboard.press('ControlOrMeta+z');
    const adipose = [/, adipose/, /, adipose/].map((text) => expect.stringMatching(text));
    await expect.poll(() => studio.describe(0, 2)).toEqual(adipose);
    await page.keyboard.press('ControlOrMeta+Shift+z');
    await expect.poll(() => studio.describe(0, 1, 2)).toEqual(stroma);
    await page.keyboard.press('Backspace');
    await expect.poll(() => studio.describe(0)).toEqual([expect.stringContaining(', unlabelled')]);
    await page.keyboard.press('ControlOrMeta+z');
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => studio.describe(0, 1)).toEqual(adipose);
  });

  it('moves on to the next image when labelling takes one out of the view', async () => {
    const { page } = opened;
    await studio.at(0).click();
    await studio.at(1).click({ modifiers: ['Shift'] });
    await page.keyboard.press('Backspace');
    await page.getByRole('button', { name: /^Unlabelled/ }).click();
    await expect.poll(() => studio.cells.count()).toBe(2);
    await studio.at(0).click();
    await page.keyboard.press('1');
    await expect.poll(() => studio.cells.count()).toBe(1);
    await page.keyboard.press('1');
    await page.getByRole('heading', { name: 'No image fits these filters' }).waitFor();
    await studio.button('Show all images').first().click();
    await studio.at(0).waitFor();
  });

  it('makes a report, shows it, and exports a page that agrees with the studio', async () => {
    const { page } = opened;
    await studio.link('Models 1').click();
    await page
      .getByRole('table', { name: /Models/ })
      .getByRole('link')
      .first()
      .click();
    await studio.makeReport();
    await studio.link('Read the report').click();
    const report = page.frameLocator('iframe');
    await report.getByRole('heading', { level: 1 }).waitFor();
    expect(await report.locator('body').innerText()).toContain('research use only');
    await studio.link('Back to the model').click();
    expect(await studio.exportWeb()).toMatch(/^Same class for 20 of 20/);
    const folder = await page.getByRole('dialog').locator('code').first().innerText();
    expect(await readFile(path.join(folder, 'index.html'), 'utf8')).toContain('<html');
    await page.keyboard.press('Escape');
  });

  it('imports a folder into a new library: groups previewed, every file accounted for', async () => {
    const { page } = opened;
    const images = path.join(opened.folder, 'tiles');
    await drawTiles(images);
    await page.keyboard.press('ControlOrMeta+i');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Folder', exact: true }).fill(images);
    await page.keyboard.press('Tab');
    await dialog.getByText('light 4').waitFor();
    await dialog.getByRole('radio', { name: /A pattern in the path/ }).check();
    await dialog.getByRole('textbox', { name: 'Pattern' }).fill('(p\\d+)_');
    await dialog.getByText('3 groups found.').waitFor();
    await dialog.getByRole('radio', { name: 'A new library' }).check();
    const place = dialog.getByRole('textbox', { name: 'New library' });
    expect(await place.inputValue()).toBe(`${images}.fovea`);
    await dialog.getByRole('button', { name: /^Import \d+ files/ }).click();
    await studio.link('Look at the images').waitFor({ timeout: 60_000 });
    const figures = await page.getByRole('definition').allInnerTexts();
    expect(figures.slice(0, 4)).toEqual(['8', '6', '1', '1']);
    expect(await page.getByRole('row', { name: /notes\.png/ }).innerText()).toMatch(/not a/i);
    expect(await page.title()).toBe('tiles – Fovea Studio');
    expect(opened.complaints).toEqual([]);
  });

  it('refuses a pattern that is none at its field, and a folder that is not there', async () => {
    const { page } = opened;
    await page.keyboard.press('ControlOrMeta+i');
    const dialog = page.getByRole('dialog');
    const folder = dialog.getByRole('textbox', { name: 'Folder', exact: true });
    await folder.fill(path.join(opened.folder, 'nowhere'));
    await page.keyboard.press('Tab');
    await dialog.getByRole('alert').waitFor();
    expect(await dialog.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);
    await folder.fill(path.join(opened.folder, 'tiles'));
    await page.keyboard.press('Tab');
    await dialog.getByRole('radio', { name: /A pattern in the path/ }).check();
    await dialog.getByRole('textbox', { name: 'Pattern' }).fill('(p');
    await dialog.getByRole('alert').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('says that the core is gone, and goes on by itself when it is back', async () => {
    const { page } = opened;
    await studio.showImages();
    await studio.at(0).click();
    await page.keyboard.press('2');
    await studio.waitUntilSaved();
    const labelled = await studio.describe(0);
    process.kill(opened.core.pid, 'SIGKILL');
    await page.getByRole('alert').getByText('Connection lost').waitFor();
    await page.getByText('Connection lost').waitFor({ state: 'detached', timeout: 30_000 });
    await page.reload();
    await studio.cells.first().waitFor();
    await expect.poll(() => studio.describe(0)).toEqual(labelled);
  });
});

/** Six small pictures of two classes and three patients, one of them twice, and a text that calls itself one. */
async function drawTiles(folder: string): Promise<void> {
  for (const [name, shade] of [
    ['dark', 40],
    ['light', 200],
  ] as const) {
    await mkdir(path.join(folder, name), { recursive: true });
    for (const patient of [1, 2, 3]) {
      const background = { r: shade + patient * 9, g: shade, b: 120 };
      const picture = sharp({ create: { width: 64, height: 64, channels: 3, background } });
      await picture.png().toFile(path.join(folder, name, `p${patient}_a.png`));
    }
  }
  await cp(path.join(folder, 'dark', 'p1_a.png'), path.join(folder, 'dark', 'p1_b.png'));
  await writeFile(path.join(folder, 'light', 'notes.png'), 'only words');
}
