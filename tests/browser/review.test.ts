import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { labelsPerMinute } from '../../src/renderer/review/pace.ts';
import { medianOf } from '../bench/benchmark.ts';
import { chromiumPath } from '../support/chromium.ts';
import { findAccessibilityFaults } from '../support/findAccessibilityFaults.ts';
import { openStudio, type OpenStudio } from '../support/openStudio.ts';
import { StudioPage } from '../support/studioPage.ts';

describe.skipIf(chromiumPath === null)('one image after the other', () => {
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

  const place = async () => {
    const words = page.getByRole('toolbar', { name: 'Review' }).getByText(/^\d+\s+of \d+/);
    return (await words.innerText()).replaceAll(/\s+/g, ' ').trim();
  };
  /** The shown image in words, as the strip tells them. */
  const current = () =>
    page
      .getByRole('navigation', { name: 'Film strip' })
      .locator('[aria-current] .visually-hidden')
      .textContent();

  it('labels with a key, goes on, comes back by an arrow, and takes it back by undo', async () => {
    await studio.at(2).click();
    await page.keyboard.press('Space');
    await expect.poll(place).toBe('3 of 240');
    await expect.poll(current).toMatch(/\.png, adipose/);
    const before = await current();
    await page.keyboard.press('3');
    await expect.poll(place).toBe('4 of 240');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(current).toMatch(/, stroma/);
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(current).toBe(before);
    await page.getByLabel('Go on after a label').uncheck();
    await page.keyboard.press('2');
    await expect.poll(current).toMatch(/, lymphocytes/);
    expect(await place()).toBe('3 of 240');
    await page.keyboard.press('Backspace');
    await expect.poll(current).toMatch(/, unlabelled/);
    await page.getByLabel('Go on after a label').check();
    await page.keyboard.press('End');
    await expect.poll(place).toBe('240 of 240');
    await page.keyboard.press('u');
    await expect.poll(place).toBe('3 of 240');
    await page.keyboard.press('1');
    await page.getByText(/^\d+ labels/).waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
  });

  it('magnifies by key and wheel, shows pixel for pixel, and fits again', async () => {
    const scale = async () => Number.parseInt(await page.locator('output').innerText(), 10);
    await page.keyboard.press('0');
    const fit = await scale();
    await page.keyboard.press('+');
    await expect.poll(async () => Math.abs((await scale()) - fit * 1.4)).toBeLessThan(2);
    for (let step = 0; step < 3; step++) await page.keyboard.press('+');
    const picture = page.getByRole('main').locator('img').first();
    const left = async () => Math.round((await picture.boundingBox())!.x);
    const at = await left();
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(left).toBeGreaterThan(at);
    const box = (await picture.boundingBox())!;
    await page.mouse.move(640, 300);
    await page.mouse.wheel(0, -400);
    await expect.poll(scale).toBeGreaterThan(fit * 1.4 ** 4 + 5);
    // What is under the pointer stays under it.
    const now = (await picture.boundingBox())!;
    expect((640 - now.x) / now.width).toBeCloseTo((640 - box.x) / box.width, 2);
    await page.keyboard.press('*');
    await expect.poll(scale).toBe(100);
    await page.keyboard.press('0');
    await expect.poll(scale).toBe(fit);
  });

  it('goes on where each reader left, after a reload too, and asks for a password where one is set', async () => {
    await page.keyboard.press('Home');
    for (let step = 0; step < 9; step++) await page.keyboard.press('ArrowRight');
    await expect.poll(place).toBe('10 of 240');
    await page.getByRole('button', { name: 'Images', exact: true }).click();
    await studio.at(9).waitFor();

    await page.getByRole('button', { name: /^Reader:/ }).click();
    await page.getByRole('menuitem', { name: 'New reader…' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Dr. Two');
    await page.getByLabel('Password, if you want one').fill('open');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await studio.button('Label as this reader').click();
    await page.getByRole('button', { name: 'Reader: Dr. Two' }).waitFor();
    await page.reload();
    await studio.cells.first().waitFor();
    await page.keyboard.press('Space');
    await expect.poll(place).toBe('1 of 240');

    await page.getByRole('button', { name: /^Reader:/ }).click();
    await page.getByRole('menuitemradio', { name: 'Reader 1' }).click();
    await page.getByRole('button', { name: 'Reader: Reader 1' }).waitFor();
    await page.reload();
    await expect.poll(place).toBe('10 of 240');
    await page.getByRole('button', { name: /^Reader:/ }).click();
    await page.getByRole('menuitemradio', { name: /Dr. Two/ }).click();
    await page.getByLabel('Password').fill('wrong');
    await studio.button('Go on').click();
    await page.getByText('This is not the password of Dr. Two.').waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.getByLabel('Password').fill('open');
    await studio.button('Go on').click();
    await page.getByRole('button', { name: 'Reader: Dr. Two' }).waitFor();
    await page.keyboard.press('Escape');
    await studio.cells.first().waitFor();
  });

  it('shows in each of two windows what is labelled in the other, within a second', async () => {
    const other = await page.context().newPage();
    await other.goto(page.url());
    const windows = [studio, new StudioPage(other)];
    const seen: number[] = [];
    for (const [step, name] of [
      'adipose',
      'lymphocytes',
      'stroma',
      'tumour',
      'adipose',
      'stroma',
    ].entries()) {
      const [from, to] = [windows[step % 2]!, windows[(step + 1) % 2]!];
      await Promise.all([from.at(step).waitFor(), to.at(step).waitFor()]);
      const key = { adipose: '1', lymphocytes: '2', stroma: '3', tumour: '4' }[name]!;
      await from.at(step).click();
      if ((await to.describe(step))[0]?.includes(`, ${name}`)) {
        await from.page.keyboard.press('Backspace');
        await expect.poll(() => to.describe(step)).toEqual([expect.stringContaining('unlabelled')]);
      }
      const started = performance.now();
      await from.page.keyboard.press(key);
      await to.page.locator(`[role=gridcell][data-index="${step}"][aria-label*=", ${name}"]`).waitFor();
      seen.push(performance.now() - started);
    }
    // The slowest of a busy machine says nothing of the studio.
    expect(medianOf(seen)).toBeLessThan(1000);
    await other.close();
    // The wrong password was refused.
    expect(opened.complaints.filter((text) => !text.includes('422'))).toEqual([]);
  });
});

describe('the pace of labelling', () => {
  it('is counted over the last minute, falls in a pause, and is not told of one label', () => {
    expect(labelsPerMinute([], 0)).toBeNull();
    expect(labelsPerMinute([1000], 2000)).toBeNull();
    const everySecond = Array.from({ length: 121 }, (_, index) => index * 1000);
    expect(labelsPerMinute(everySecond, 120_000)).toBeCloseTo(60, 0);
    expect(labelsPerMinute([0, 2000, 4000, 6000], 6000)).toBe(30);
    expect(labelsPerMinute([0, 2000, 4000, 6000], 30_000)).toBe(6);
    expect(labelsPerMinute([0, 500], 500)).toBe(12);
    expect(labelsPerMinute([0, 1000], 61_500)).toBeNull();
  });
});
