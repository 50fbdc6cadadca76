import type { Locator, Page } from 'playwright';
import { read, type Api } from '../../src/main/cli/client.ts';
import { StudioPage } from '../support/studioPage.ts';

/** The class of each file. */
export type Truth = ReadonlyMap<string, string>;

/** Share of all images that accepting at once should label, to be worth the look at a sample. */
const WORTHWHILE = 0.4;

/** Longer than anything takes on a slow machine. */
const LONG = { timeout: 120_000 };

/** A person who knows what every image is, and works with the window alone; each press and click is counted. */
export class Labeller {
  readonly #page: Page;
  readonly #studio: StudioPage;
  readonly #api: Api;
  readonly #truth: Truth;
  #keys = new Map<string, string>();
  #actions = 0;

  constructor(page: Page, api: Api, truth: Truth) {
    this.#page = page;
    this.#studio = new StudioPage(page);
    this.#api = api;
    this.#truth = truth;
    page.setDefaultTimeout(LONG.timeout);
  }

  /** Takes every label away, as before the first one; not counted. @param learns whether a head learns along */
  async begin(learns: boolean): Promise<void> {
    await read(this.#api.live.$put({ json: { enabled: learns } }));
    await read(this.#api.labels.$post({ json: { query: {}, classId: null } }));
    const { classes } = await read(this.#api.classes.$get());
    this.#keys = new Map(classes.map(({ name, key }) => [name, key ?? '']));
    // All images of a selection on one screen.
    await this.#page.setViewportSize({ width: 1920, height: 1200 });
    await this.#page.evaluate(() => localStorage.setItem('fovea.tile', '56'));
    await this.#page.goto(new URL('/#/images', this.#page.url()).href);
    await this.#page.reload();
    await this.#studio.cells.first().waitFor();
    this.#actions = 0;
  }

  /** What was done, and what the library says of every image. */
  async finish(): Promise<{ actions: number; wrong: number; unlabelled: number }> {
    await this.#studio.waitUntilSaved();
    const { imageIds } = await read(this.#api.images.list.$get({ query: {} }));
    const { classes } = await read(this.#api.classes.$get());
    const names = new Map(classes.map(({ classId, name }) => [classId, name]));
    let wrong = 0;
    let unlabelled = 0;
    for (let from = 0; from < imageIds.length; from += 500) {
      const json = { imageIds: imageIds.slice(from, from + 500) };
      const { rows } = await read(this.#api.images.rows.$post({ json }));
      for (const { path, classId } of rows) {
        if (classId === null) unlabelled += 1;
        else if (names.get(classId) !== this.#truth.get(path)) wrong += 1;
      }
    }
    return { actions: this.#actions, wrong, unlabelled };
  }

  /** Each image by its class key, in the large view. */
  async labelAll(): Promise<void> {
    await this.#openReview();
    for (let left = this.#truth.size; left > 0; left--) await this.#labelShown(left > 1);
  }

  /** The first ones by key; then what the model is sure of after a look at a sample; the rest by Enter or key. */
  async accept(first: number): Promise<void> {
    await this.#labelFirst(first);
    await this.#click(this.#unlabelled);
    await this.#countUnlabelled();
    await this.#press('ControlOrMeta+a');
    await this.#click(this.#studio.button('More…'));
    await this.#click(this.#page.getByRole('menuitem', { name: 'Accept above a confidence…' }));
    const dialog = this.#page.getByRole('dialog');
    await this.#chooseConfidence(dialog);
    await this.#click(dialog.getByRole('button', { name: 'Draw the sample', exact: true }).last());
    const pictures = dialog.getByRole('listitem').getByRole('button');
    await pictures.first().waitFor();
    for (const picture of await pictures.all()) {
      const [, file = '', name = ''] = /^(.*): not (.*)$/.exec((await picture.getAttribute('aria-label')) ?? '') ?? []; // prettier-ignore
      if (this.#truth.get(file) !== name) await this.#click(picture);
    }
    await this.#click(dialog.getByRole('button', { name: 'I looked; the others are right' }));
    await this.#click(dialog.getByRole('button', { name: /^Label all/ }));
    await dialog.waitFor({ state: 'detached' });
    await this.#labelRest();
  }

  /** The first ones by key; then for each class what the model most surely takes for it, less what is not; the rest by Enter or key. */
  async labelSelections(first: number): Promise<void> {
    await this.#labelFirst(first);
    await this.#click(this.#unlabelled);
    await this.#countUnlabelled();
    // The most confident first: opening the list, choosing, turning the order.
    this.#actions += 2;
    await this.#page.getByRole('combobox', { name: /^Sort/ }).selectOption('confidence');
    await this.#click(this.#studio.button('Smallest or first first'));
    for (const [name, key] of this.#keys) {
      const choice = this.#page
        .locator('details')
        .filter({ hasText: 'Model says' })
        .getByRole('checkbox', { name: new RegExp(`^${name} `) });
      await this.#learn();
      if ((await choice.count()) === 0) continue;
      await this.#click(choice);
      await this.#page.getByRole('button', { name: new RegExp(`^Model says: ${name}`) }).waitFor();
      await this.#waitForView();
      const { length, wrong } = await this.#chooseRange(name);
      if (length === 0) {
        await this.#click(choice);
        continue;
      }
      await this.#click(this.#studio.at(0));
      await this.#click(this.#studio.at(length - 1), 'Shift');
      for (const place of wrong) await this.#click(this.#studio.at(place), 'ControlOrMeta');
      await this.#press(key);
      await this.#studio.waitUntilSaved();
      await this.#click(choice);
    }
    await this.#labelRest();
  }

  /** Drags the slider down until the count beside it says that a good part would be labelled: one action. */
  async #chooseConfidence(dialog: Locator): Promise<void> {
    this.#actions += 1;
    const words = dialog.getByText(/would be labelled/);
    for (let percent = 95; percent > 0; percent -= 5) {
      await dialog.getByRole('slider').fill(String(percent));
      const count = Number((await words.innerText()).replaceAll(/\D/g, ''));
      if (count >= WORTHWHILE * this.#truth.size) return;
    }
  }

  async #labelFirst(first: number): Promise<void> {
    await this.#openReview();
    for (let step = 0; step < first; step++) await this.#labelShown(true);
    await this.#press('Escape');
    await this.#learn();
  }

  /** Until the head that learns along has said what it thinks of every image; waiting is no action. */
  async #learn(): Promise<void> {
    await this.#studio.waitUntilSaved();
    // A label is noticed at once; the refit begins when labels have rested.
    await this.#page.waitForTimeout(300);
    await this.#page.getByText(/up to date/).waitFor(LONG);
  }

  /** What has no label yet, in the large view: Enter where the model is right, else the class key. */
  async #labelRest(): Promise<void> {
    await this.#click(this.#unlabelled);
    const left = await this.#countUnlabelled();
    if (left === 0) return;
    await this.#openReview();
    for (let step = left; step > 0; step--) await this.#labelShown(step > 1);
    await this.#press('Escape');
  }

  /** Opens the large view at the first image. */
  async #openReview(): Promise<void> {
    await this.#click(this.#studio.at(0));
    await this.#press('Space');
    await this.#page.getByRole('toolbar', { name: 'Review' }).waitFor();
  }

  async #labelShown(hasNext: boolean): Promise<void> {
    const file = await this.#shownFile();
    const name = this.#truth.get(file) ?? '';
    const said = this.#page.getByRole('button', { name: `Model: ${name},` });
    await this.#press((await said.count()) > 0 ? 'Enter' : (this.#keys.get(name) ?? ''));
    if (!hasNext) return;
    while ((await this.#shownFile()) === file) await this.#page.waitForTimeout(5);
  }

  /** File name of the image in the large view, as the strip tells it once its row is here. */
  async #shownFile(): Promise<string> {
    const words = this.#page.locator('nav[aria-label="Film strip"] [aria-current] .visually-hidden');
    for (;;) {
      const [file = ''] = ((await words.textContent()) ?? '').split(', ');
      if (this.#truth.has(file)) return file;
      await this.#page.waitForTimeout(5);
    }
  }

  /** Until the view that the address asks for is on the screen, from its first image on. */
  async #waitForView(): Promise<void> {
    const query = new URLSearchParams(new URL(this.#page.url()).hash.split('?')[1] ?? '');
    for (;;) {
      const { imageIds } = await read(
        this.#api.images.list.$get({ query: Object.fromEntries(query) as never }),
      );
      const shown = Number((await this.#page.locator('.total').innerText()).replaceAll(/\D/g, ''));
      if (shown === imageIds.length && (imageIds.length === 0 || (await this.#studio.at(0).isVisible())))
        return;
      await this.#page.waitForTimeout(50);
    }
  }

  /** How many from the most confident on are worth a selection, and which of these are of another class. */
  async #chooseRange(name: string): Promise<{ length: number; wrong: number[] }> {
    const files = await this.#studio.cells.evaluateAll((cells) =>
      cells
        .map((cell) => ({
          place: Number(cell.getAttribute('data-index')),
          file: cell.getAttribute('aria-label')?.split(', ')[0] ?? '',
        }))
        .sort((a, b) => a.place - b.place)
        .map(({ file }) => file),
    );
    const isRight = files.map((file) => this.#truth.get(file) === name);
    // A right one saves a key, a wrong one costs a click; beginning, end, class key and filter cost five.
    let best = { length: 0, gain: 5 };
    let gain = 0;
    for (const [place, right] of isRight.entries()) {
      gain += right ? 1 : -1;
      if (right && gain > best.gain) best = { length: place + 1, gain };
    }
    const { length } = best;
    return { length, wrong: isRight.slice(0, length).flatMap((right, place) => (right ? [] : [place])) };
  }

  /** The count beside “Unlabelled” in the sidebar. */
  async #countUnlabelled(): Promise<number> {
    await this.#studio.waitUntilSaved();
    await this.#page.waitForTimeout(300);
    const words = await this.#unlabelled.innerText();
    return Number(/\d[\d,]*$/.exec(words.trim())?.[0].replaceAll(',', '') ?? 0);
  }

  get #unlabelled(): Locator {
    return this.#page.getByRole('region', { name: 'Classes' }).getByRole('button', { name: /^Unlabelled/ });
  }

  async #press(key: string): Promise<void> {
    this.#actions += 1;
    await this.#page.keyboard.press(key);
  }

  async #click(target: Locator, modifier?: 'ControlOrMeta' | 'Shift'): Promise<void> {
    this.#actions += 1;
    await target.click(modifier === undefined ? {} : { modifiers: [modifier] });
  }
}
