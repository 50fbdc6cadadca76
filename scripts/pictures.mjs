import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStudio } from '../tests/support/openStudio.ts';
import { StudioPage } from '../tests/support/studioPage.ts';

// Makes the README's pictures from the running program: `npm run pictures`.

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'pictures');
mkdirSync(folder, { recursive: true });
const { page, close } = await openStudio();
const studio = new StudioPage(page);

/** @param {string} name */
const shoot = async (name) => {
  // Away from every button, so that no hint hangs over the picture; then until all thumbnails are there.
  await page.mouse.move(640, 460);
  await page
    .locator('img')
    .evaluateAll((images) =>
      Promise.all(
        images.map((image) =>
          image instanceof HTMLImageElement ? image.decode().catch(() => undefined) : undefined,
        ),
      ),
    );
  // A change of theme fades.
  await page.waitForTimeout(800);
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  process.stderr.write(`docs/pictures/${name}.png\n`);
};

try {
  await page.getByRole('button', { name: /Try with sample images/ }).waitFor();
  await shoot('welcome-light');
  await studio.trySample();
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot('import-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await studio.showImages();
  await shoot('gallery-light');
  await studio.link('Map').click();
  await studio.button('Make a map').click();
  await page.getByRole('heading', { name: /^\d+ clusters?$/ }).waitFor({ timeout: 120_000 });
  await shoot('map-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot('map-dark');
  await studio.showImages();
  await studio.at(0).click();
  await studio.at(30).click({ modifiers: ['Shift'] });
  await page.keyboard.press('Backspace');
  await studio.waitUntilSaved();
  await studio.link('Suggestions').click();
  await studio.button('Suggest').click();
  await page.getByRole('heading', { name: /to label$/ }).waitFor({ timeout: 120_000 });
  await shoot('suggestions-dark');
  await page.keyboard.press('ControlOrMeta+z');
  await studio.waitUntilSaved();
  await page.emulateMedia({ colorScheme: 'light' });
  await studio.showImages();
  await studio.train();
  await shoot('result-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot('result-dark');
  await studio.showImages();
  await shoot('gallery-dark');
} finally {
  await close();
}
process.exit();
