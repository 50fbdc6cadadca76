import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../support/backbones.ts';
import { describeDesktop, openDesktop, type Desktop } from '../support/desktop.ts';
import { StudioPage } from '../support/studioPage.ts';

describe(...describeDesktop('the window, from welcome to export'), () => {
  let desktop: Desktop;
  beforeAll(async () => {
    desktop = await openDesktop();
  });
  afterAll(() => desktop.close());

  it('goes the whole way of a newcomer without any data', async () => {
    const studio = new StudioPage(desktop.page);
    const complaints: string[] = [];
    desktop.page.on('pageerror', (error) => complaints.push(String(error)));

    await studio.trySample();
    await studio.showImages();
    await studio.at(0).click();
    await desktop.page.keyboard.press('2');
    await studio.waitUntilSaved();
    await desktop.page.keyboard.press('Control+z');
    await studio.waitUntilSaved();

    await studio.train();
    await studio.makeReport();
    await desktop.page.keyboard.press('Escape');
    expect(await studio.exportWeb()).toContain('20 of 20');

    // Everything lies in the person's own folder and nowhere else.
    const library = path.join(desktop.userData, 'sample', 'Sample tissue.fovea');
    expect(existsSync(path.join(library, 'library.db'))).toBe(true);
    expect(complaints).toEqual([]);
  }, 240_000);
});
