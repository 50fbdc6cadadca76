import type { ImageRow } from '../../shared/images.ts';
import type { LabelError } from '../../shared/quality.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';
import type { Gallery } from '../gallery/gallery.svelte.ts';
import type { Jobs } from '../jobs/jobs.svelte.ts';

/** Rows that one call gives. */
const CALL = 400;
/** Doubts whose neighbours are shown. */
const SHOWN = 60;

/** Labels that the others speak against, with the pictures of what speaks for each class. */
export class LabelDoubts {
  list: readonly LabelError[] | null = $state.raw(null);
  /** Rows of neighbours, by image id. */
  neighbours: Readonly<Record<number, ImageRow>> = $state.raw({});
  readonly #api: Api;
  readonly #notices: Notices;
  readonly #jobs: Jobs;
  readonly #gallery: Gallery;

  constructor(api: Api, notices: Notices, jobs: Jobs, gallery: Gallery) {
    this.#api = api;
    this.#notices = notices;
    this.#jobs = jobs;
    this.#gallery = gallery;
  }

  get job() {
    return this.#jobs.activeOf('label-errors');
  }

  forget(): void {
    this.list = null;
    this.neighbours = {};
  }

  async load(): Promise<void> {
    await this.#notices.attempt('Reading the doubted labels', async () => {
      this.list = (await read(this.#api.quality['label-errors'].$get({ query: {} }))).errors;
      const ids = this.list
        .slice(0, SHOWN)
        .flatMap(({ ownNeighbours, otherNeighbours }) => [...ownNeighbours, ...otherNeighbours]);
      const missing = ids.filter(
        (imageId, place) => this.neighbours[imageId] === undefined && ids.indexOf(imageId) === place,
      );
      for (let from = 0; from < missing.length; from += CALL) {
        const rows = await this.#gallery.rowsOf(missing.slice(from, from + CALL));
        this.neighbours = {
          ...this.neighbours,
          ...Object.fromEntries(rows.map((row) => [row.imageId, row])),
        };
      }
    });
  }

  async check(): Promise<void> {
    await this.#notices.attempt('Checking the labels', async () => {
      await read(this.#api.quality['label-errors'].$post());
      await this.#jobs.load();
    });
  }

  /** The reader stands by a label: it is doubted no more while it stays. */
  async keep(imageIds: readonly number[]): Promise<void> {
    await this.#notices.attempt('Keeping the label', async () => {
      await read(this.#api.quality['label-errors'].keep.$post({ json: { imageIds: [...imageIds] } }));
      await this.load();
    });
  }
}
