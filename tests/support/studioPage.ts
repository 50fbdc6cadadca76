import type { Locator, Page } from 'playwright';

/** The long steps: drawing and importing the sample, training, exporting, on a machine that does other things. */
const LONG = { timeout: 90_000 };

/** The window as a reader uses it: what is on it, by its words, and what is done with it. */
export class StudioPage {
  readonly page: Page;
  readonly grid: Locator;
  readonly cells: Locator;

  constructor(page: Page) {
    this.page = page;
    this.grid = page.getByRole('grid', { name: 'Images' });
    this.cells = page.getByRole('gridcell');
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  link(name: string): Locator {
    return this.page.getByRole('link', { name, exact: true });
  }

  async trySample(): Promise<void> {
    await this.page.getByRole('button', { name: /Try with sample images/ }).click();
    await this.link('Look at the images').waitFor(LONG);
  }

  /** Begins a new library from a folder; its classes are the folder's. */
  async importFolder(folder: string): Promise<void> {
    await this.page.getByRole('button', { name: /^New from a folder/ }).click();
    await this.page.getByLabel('Folder', { exact: true }).fill(folder);
    await this.page.keyboard.press('Tab');
    await this.page.getByRole('button', { name: /^Import \d+ files?$/ }).click(LONG);
    await this.link('Look at the images').waitFor(LONG);
  }

  async showImages(): Promise<void> {
    await this.link('Images').click();
    await this.cells.first().waitFor();
  }

  /** Presses Train and waits for the result. */
  async train(): Promise<void> {
    await this.button('Train').click();
    await this.page.getByText('accuracy on the test part').waitFor(LONG);
  }

  async makeReport(): Promise<void> {
    await this.button('Report').click();
    await this.button('Make the report').click();
    await this.link('Read the report').waitFor(LONG);
  }

  /** Exports as a web page; returns what the dialog says of the check. */
  async exportWeb(): Promise<string> {
    await this.button('Export as web page').click();
    await this.button('Export').click();
    const verdict = this.page.getByRole('dialog').getByText(/^Same class for/);
    await verdict.waitFor(LONG);
    return verdict.innerText();
  }

  /** Words of the cells at these places: file name, class and whatever else is known. */
  async describe(...places: readonly number[]): Promise<(string | null)[]> {
    return Promise.all(places.map((place) => this.at(place).getAttribute('aria-label')));
  }

  /** The cell at a place of the view, whatever is on the screen. */
  at(place: number): Locator {
    return this.page.locator(`[role=gridcell][data-index="${place}"]`);
  }

  /** How many rows of the grid have pictures painted on them: hundreds of colours, not the few of an empty row. */
  async paintedRows(): Promise<number> {
    return this.grid.locator('canvas').evaluateAll((canvases) => {
      const countColors = (canvas: HTMLCanvasElement): number => {
        const { width, height } = canvas;
        // Read from a copy: reading a canvas itself again and again draws a warning onto the console.
        const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
        copy.drawImage(canvas, 0, 0);
        const pixels = copy.getImageData(0, 0, width, height);
        return new Set(new Uint32Array(pixels.data.buffer)).size;
      };
      return canvases.filter((canvas) => countColors(canvas as HTMLCanvasElement) > 500).length;
    });
  }

  async waitUntilSaved(): Promise<void> {
    await this.page.getByText('All labels saved').waitFor();
  }

  /** How many images the bar below the grid says are selected. */
  async selected(): Promise<string> {
    return this.page.getByRole('toolbar', { name: 'Label the selected images' }).locator('p').innerText();
  }

  /** Place of the cell that has the keyboard's focus, or null. */
  async focusedPlace(): Promise<string | null> {
    return this.page.evaluate(() => document.activeElement?.getAttribute('data-index') ?? null);
  }
}
