import type { SpotCheck } from '../../shared/spotChecks.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';
import { latest } from '../state/latest.ts';
import type { TargetRequest } from '../gallery/targets.ts';

/** How the images of a target are to be labelled. */
export type Proposal =
  | { readonly kind: 'class'; readonly classId: number }
  | { readonly kind: 'prediction'; readonly minConfidence: number };

export interface Plan {
  readonly target: TargetRequest;
  readonly proposal: Proposal;
  readonly relabel: boolean;
  readonly sample: number;
}

/** One spot-check as the dialog goes through it: planned, drawn, judged, applied. */
export class SpotCheckRun {
  check: SpotCheck | null = $state.raw(null);
  isBusy: boolean = $state(false);
  /** For each least confidence of 0 … 100 %: how many images would be labelled. */
  acceptable: readonly number[] | null = $state.raw(null);
  readonly #api: Api;
  readonly #notices: Notices;
  readonly #count: (target: TargetRequest, relabel: boolean) => Promise<readonly number[] | null>;
  /** Verdicts go out one after the other, as they were given. */
  #queue: Promise<void> = Promise.resolve();

  constructor(api: Api, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
    this.#count = latest(async (signal, target: TargetRequest, relabel: boolean) => {
      const json = { ...target, relabel };
      return (await read(api['spot-checks'].acceptable.$post({ json }, { init: { signal } }))).counts;
    });
  }

  /** Reads how many images each confidence would label. */
  async count(target: TargetRequest, relabel: boolean): Promise<void> {
    await this.#attempt('Counting the predictions', async () => {
      this.acceptable = (await this.#count(target, relabel)) ?? this.acceptable;
    });
  }

  /** Draws a sample; the seed is the core's, so that another drawing is another sample. */
  async draw({ target, proposal, relabel, sample }: Plan): Promise<void> {
    await this.#attempt('Drawing a sample', async () => {
      const json = { ...target, proposal, relabel, sample };
      const before = this.check;
      this.check = await read(this.#api['spot-checks'].$post({ json }));
      if (before !== null) await this.#drop(before.checkId);
    });
  }

  /** Says of images of the sample whether they are right; shown at once, kept as soon as the core has it. */
  judge(imageIds: readonly number[], isRight: boolean | null): void {
    const { check } = this;
    if (check === null) return;
    this.check = {
      ...check,
      images: check.images.map((image) => (imageIds.includes(image.imageId) ? { ...image, isRight } : image)),
    };
    const param = { checkId: String(check.checkId) };
    const json = { imageIds: [...imageIds], isRight };
    this.#queue = this.#queue.then(() =>
      this.#attempt('Keeping what you said', async () => {
        this.check = await read(this.#api['spot-checks'][':checkId'].verdicts.$post({ param, json }));
      }),
    );
  }

  /** Labels everything but what was called wrong. @returns how many labels changed, or null when it failed. */
  async apply(): Promise<number | null> {
    let changed: number | null = null;
    await this.#queue;
    await this.#attempt('Labelling', async () => {
      const param = { checkId: String(this.check?.checkId) };
      ({ changed } = await read(this.#api['spot-checks'][':checkId'].apply.$post({ param })));
    });
    return changed;
  }

  /** Gives the present check up; nothing is labelled. */
  async drop(): Promise<void> {
    const { check } = this;
    this.check = null;
    if (check?.state === 'open') await this.#attempt('Dropping the sample', () => this.#drop(check.checkId));
  }

  async #drop(checkId: number): Promise<void> {
    await read(this.#api['spot-checks'][':checkId'].drop.$post({ param: { checkId: String(checkId) } }));
  }

  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    this.isBusy = true;
    try {
      await work();
    } catch (error) {
      this.#notices.report(error, what);
    }
    this.isBusy = false;
  }
}
