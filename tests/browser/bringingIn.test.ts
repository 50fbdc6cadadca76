import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../support/chromium.ts';
import { drawTestImage, drawTestImages } from '../support/drawImages.ts';
import { findFaultsInBothThemes } from '../support/findAccessibilityFaults.ts';
import { openStudio, type OpenStudio } from '../support/openStudio.ts';
import { StudioPage } from '../support/studioPage.ts';

const LONG = { timeout: 60_000 };

describe.skipIf(chromiumPath === null)('what comes into a library', () => {
  let opened: OpenStudio;
  let studio: StudioPage;
  let page: Page;
  let pictures: string;
  beforeAll(async () => {
    opened = await openStudio();
    page = opened.page;
    studio = new StudioPage(page);
    pictures = path.join(opened.folder, 'pictures');
    await drawTestImages(pictures, 6);
    await studio.importFolder(pictures);
  });
  afterAll(() => opened?.close());

  const examine = (): Promise<string[]> => findFaultsInBothThemes(page);

  it('labels from a table whose columns are chosen after a look at it, and undo takes them back', async () => {
    const table = path.join(opened.folder, 'findings.csv');
    await writeFile(
      table,
      'nr,photo,finding,who\n1,P1_0.png,tumour,A\n2,P2_1.png,stroma,B\n3,lost.png,tumour,A\n',
    );
    await studio.button('pictures').click();
    await page.getByRole('menuitem', { name: 'Label from a table…' }).click();
    // Where no system dialog can be had, the folders and tables of this computer are walked through.
    await studio.button('Choose…').click();
    expect(await examine()).toEqual([]);
    await page.keyboard.press('Escape');
    await studio.button('pictures').click();
    await page.getByRole('menuitem', { name: 'Label from a table…' }).click();
    await page.getByLabel('Table', { exact: true }).fill(table);
    await page.keyboard.press('Tab');
    await page.getByText('Choose the column of classes').waitFor();
    expect(await studio.button('Label').isDisabled()).toBe(true);
    await page.getByRole('combobox', { name: 'Class' }).selectOption({ label: 'finding' });
    await page.getByText(/^2 files found for 3 rows/).waitFor();
    await page.getByText(/^1 row will not be used/).waitFor();
    expect(await examine()).toEqual([]);
    await studio.button('Label').click();
    await page.getByText('2 images labelled from the table').waitFor();
    await studio.button('Undo').last().click();
    await expect.poll(() => page.getByRole('button', { name: /^Unlabelled/ }).innerText()).toContain('6');
  });

  it('takes pasted and dropped pictures, kept inside the library', async () => {
    const give = async (kind: 'paste' | 'drop', name: string, seed: number) => {
      const bytes = [...(await drawTestImage(seed))];
      await page.evaluate(
        ([event, called, data]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(data)], called, { type: 'image/png' }));
          const options = { bubbles: true, cancelable: true };
          document.body.dispatchEvent(
            event === 'paste'
              ? new ClipboardEvent('paste', { ...options, clipboardData: transfer })
              : new DragEvent('drop', { ...options, dataTransfer: transfer }),
          );
        },
        [kind, name, bytes] as const,
      );
    };
    await give('paste', 'image.png', 501);
    await expect
      .poll(() => page.getByRole('button', { name: /^All images/ }).innerText(), LONG)
      .toContain('7');
    await give('drop', 'seen on the bench.png', 502);
    await expect
      .poll(() => page.getByRole('button', { name: /^All images/ }).innerText(), LONG)
      .toContain('8');
  });

  it('offers to look for a folder that is gone, counts what it finds, and uses it when told', async () => {
    const moved = path.join(opened.folder, 'moved');
    await mkdir(moved);
    await rename(pictures, path.join(moved, 'tiles'));
    await page.reload();
    await studio.button('Not found: look for it…').click();
    await page.getByLabel('Look in').fill(path.join(moved, 'tiles'));
    await page.keyboard.press('Tab');
    await studio.button('Look').click();
    await page.getByText('6 of 6 files found').waitFor(LONG);
    expect(await examine()).toEqual([]);
    await studio.button('Use this folder').click();
    await page.getByText('6 files found again').waitFor();
    await studio.button('Not found: look for it…').waitFor({ state: 'detached' });
    expect(opened.complaints).toEqual([]);
  });
});
