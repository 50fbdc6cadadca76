import { DEFAULT_RESOLUTION, type BackboneName } from '../../shared/backbones.ts';
import type { BackboneFinding } from '../../shared/doctor.ts';
import type { Job } from '../../shared/jobs.ts';
import type { RecipeName } from '../../shared/training.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';
import type { Jobs } from '../jobs/jobs.svelte.ts';
import type { Classes } from '../labels/classes.svelte.ts';
import { usableBackbones } from './usableBackbones.ts';

/** What can be chosen for the next training, as the core offers it. */
interface Offer {
  readonly backbones: readonly BackboneFinding[];
  readonly defaultBackbone: {
    readonly backbone: BackboneName;
    readonly width: number;
    readonly why: string | null;
  } | null;
}

export const RESOLUTIONS = [96, 128, 160, 192, 224] as const;

/** The next training: its recipe, whether it can start, and the one that runs. */
export class Training {
  recipe: RecipeName = $state('one-click');
  /** `mobilenet_v2@1`; '' means the default. */
  backbone: string = $state('');
  resolution: number = $state(DEFAULT_RESOLUTION);
  seed: number = $state(1);
  offer: Offer | null = $state.raw(null);
  isStarting: boolean = $state(false);
  readonly #api: Api;
  readonly #notices: Notices;
  readonly #jobs: Jobs;
  readonly #classes: Classes;
  readonly #onStarted: () => void;

  constructor(api: Api, notices: Notices, jobs: Jobs, classes: Classes, onStarted: () => void) {
    this.#api = api;
    this.#notices = notices;
    this.#jobs = jobs;
    this.#classes = classes;
    this.#onStarted = onStarted;
  }

  get running(): Job | null {
    return this.#jobs.activeOf('train');
  }

  /** Backbones that are here and passed their known-answer check. */
  get backbones(): readonly BackboneFinding[] {
    return usableBackbones(this.offer?.backbones ?? []);
  }

  /** Why nothing can be trained now, as a sentence that says what to do; null when it can. */
  get refusal(): string | null {
    if (this.offer === null) return 'Asking what can be trained…';
    if (this.backbones.length === 0)
      return 'No backbone was found. “Engines and about” says where to get one.';
    const used = this.#classes.rows.filter((row) => row.imageCount > 0).length;
    if (used === 0) return 'Label some images first: at least two classes are needed.';
    if (used === 1) return 'All labels are of one class; label images of a second one.';
    return null;
  }

  async load(): Promise<void> {
    try {
      this.offer = await read(this.#api.training.recipes.$get());
    } catch (error) {
      this.#notices.report(error, 'Asking what can be trained');
    }
  }

  async start(): Promise<void> {
    if (this.refusal !== null || this.isStarting) return;
    this.isStarting = true;
    const [backbone, width] = this.backbone.split('@');
    try {
      await read(
        this.#api.training.$post({
          json: {
            recipe: this.recipe,
            resolution: this.resolution,
            seed: this.seed,
            ...(width === undefined ? {} : { backbone: backbone as BackboneName, width: Number(width) }),
          },
        }),
      );
      await this.#jobs.load();
      this.#onStarted();
    } catch (error) {
      this.#notices.report(error, 'Training');
    }
    this.isStarting = false;
  }
}
